import type { ProviderKind } from "@switchyard/catalog";

/** A kind of provider as it is configured without a word in any file. */
export interface KnownProvider {
  kind: ProviderKind;
  port: number;
  /** Lower is tried first. */
  priority: number;
  /** Its service always stands, configured or not; the others when something names them. */
  always: boolean;
  /** Where the public API is; absent: somebody has to say. */
  baseUrl?: string;
  /** Variables with its credential, the first is the one that people are told. */
  keyVariables: readonly string[];
  baseUrlVariables: readonly string[];
  /** Path between a simulator's address and the API's own paths, as in `baseUrl`. */
  simulatorPath: string;
  /** Where a simulator listens when only its host is known (SWITCHYARD_SIMULATOR_HOST). */
  simulatorPort: number;
}

export const KNOWN_PROVIDERS: readonly KnownProvider[] = [
  {
    kind: "anthropic",
    port: 8083,
    priority: 10,
    always: true,
    baseUrl: "https://api.anthropic.com",
    keyVariables: ["ANTHROPIC_UPSTREAM_API_KEY"],
    baseUrlVariables: ["ANTHROPIC_UPSTREAM_BASE_URL"],
    simulatorPath: "",
    simulatorPort: 9101,
  },
  {
    kind: "vertex",
    port: 8081,
    priority: 20,
    always: true,
    keyVariables: ["VERTEX_ACCESS_TOKEN"],
    baseUrlVariables: ["VERTEX_BASE_URL"],
    simulatorPath: "",
    simulatorPort: 9102,
  },
  {
    kind: "openrouter",
    port: 8084,
    priority: 30,
    always: true,
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariables: ["OPENROUTER_API_KEY"],
    baseUrlVariables: ["OPENROUTER_BASE_URL", "OPENROUTER_API_BASE", "OPENROUTER_ENDPOINT"],
    simulatorPath: "/api/v1",
    simulatorPort: 9104,
  },
  {
    kind: "openai",
    port: 8085,
    priority: 40,
    always: false,
    baseUrl: "https://api.openai.com/v1",
    keyVariables: ["OPENAI_API_KEY"],
    baseUrlVariables: ["OPENAI_BASE_URL"],
    simulatorPath: "/v1",
    simulatorPort: 9105,
  },
  {
    kind: "azure",
    port: 8086,
    priority: 50,
    always: false,
    keyVariables: ["AZURE_API_KEY", "AZURE_OPENAI_API_KEY"],
    baseUrlVariables: ["AZURE_BASE_URL", "AZURE_OPENAI_ENDPOINT"],
    simulatorPath: "/openai/v1",
    simulatorPort: 9106,
  },
  {
    kind: "gemini",
    port: 8087,
    priority: 60,
    always: false,
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    baseUrlVariables: ["GEMINI_BASE_URL"],
    simulatorPath: "/v1beta/openai",
    simulatorPort: 9107,
  },
  {
    kind: "deepseek",
    port: 8088,
    priority: 70,
    always: false,
    baseUrl: "https://api.deepseek.com/v1",
    keyVariables: ["DEEPSEEK_API_KEY"],
    baseUrlVariables: ["DEEPSEEK_BASE_URL"],
    simulatorPath: "/v1",
    simulatorPort: 9108,
  },
  {
    kind: "github-models",
    port: 8082,
    priority: 80,
    always: true,
    baseUrl: "https://models.github.ai",
    keyVariables: ["GITHUB_TOKEN", "GITHUB_API_KEY"],
    baseUrlVariables: ["GITHUB_MODELS_BASE_URL", "GITHUB_MODELS_API_BASE", "GITHUB_MODELS_ENDPOINT"],
    simulatorPath: "",
    simulatorPort: 9103,
  },
  {
    kind: "ollama",
    port: 8089,
    priority: 90,
    always: false,
    keyVariables: ["OLLAMA_API_KEY"],
    baseUrlVariables: ["OLLAMA_BASE_URL"],
    simulatorPath: "",
    simulatorPort: 9109,
  },
];

/** Ports from here on belong to providers that only configuration knows; 8090 is the cost worker's. */
export const FIRST_EXTRA_PORT = 8091;
export const FIRST_EXTRA_PRIORITY = 100;

/** "https://models.github.ai was retired": https://github.blog/changelog, 2026-07-30. */
export const GITHUB_MODELS_RETIRED =
  "GitHub Models was retired on 2026-07-30. Set GITHUB_MODELS_BASE_URL to a host that speaks its API, or enabled: true, to use it all the same";

export function knownProvider(kind: ProviderKind): KnownProvider | undefined {
  return KNOWN_PROVIDERS.find((known) => known.kind === kind);
}

/** "my-vllm" → "MY_VLLM": what stands before _API_KEY, _PORT and the like. */
export function variablePrefix(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}

/** The variable that points a kind at its simulator: "SWITCHYARD_SIMULATOR_GITHUB_MODELS_URL". */
export function simulatorVariable(kind: ProviderKind): string {
  return `SWITCHYARD_SIMULATOR_${variablePrefix(kind)}_URL`;
}

/** Where each kind's simulator listens when it is found by host alone. */
export const SIMULATOR_PORTS: Readonly<Partial<Record<ProviderKind, number>>> = Object.freeze(
  Object.fromEntries(KNOWN_PROVIDERS.map(({ kind, simulatorPort }) => [kind, simulatorPort])),
);
