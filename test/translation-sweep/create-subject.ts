import { createCatalog } from "@switchyard/catalog";
import type { Provider, ProviderDependencies } from "@switchyard/provider-kit";
import { createProviderSettings, createSecret } from "@switchyard/provider-kit/testing";
import { createGithubModelsProvider } from "@switchyard/service-github-models";
import { createHttpClient, type ProviderSettings } from "@switchyard/service-kit";
import { createOpenAiCompatibleProvider } from "@switchyard/service-openai-compatible";
import { createOpenRouterProvider } from "@switchyard/service-openrouter";
import { createVertexProvider } from "@switchyard/service-vertex";
import { startSimulator, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import type { ModelInfo } from "@switchyard/wire";

type CreateProvider = (settings: ProviderSettings, dependencies: ProviderDependencies) => Provider;

export interface SubjectOptions {
  kind: SimulatorKind & ProviderSettings["kind"];
  create: CreateProvider;
  settings?: Partial<ProviderSettings>;
  /** Models that the catalogue does not know, but the upstream does. */
  adopted?: readonly string[];
}

const OLDER_MODELS = ["gpt-5", "gpt-5-mini", "gpt-5.2", "o3"];

/** Every kind that is translated for, in each of the dialects that it can be told to speak. */
export const SUBJECTS: readonly SubjectOptions[] = [
  { kind: "openai", create: createOpenAiCompatibleProvider, settings: { dialect: "responses" }, adopted: OLDER_MODELS },
  { kind: "openai", create: createOpenAiCompatibleProvider, settings: { dialect: "chat" }, adopted: OLDER_MODELS },
  { kind: "azure", create: createOpenAiCompatibleProvider, settings: { dialect: "responses" }, adopted: OLDER_MODELS },
  { kind: "azure", create: createOpenAiCompatibleProvider, settings: { dialect: "chat" }, adopted: OLDER_MODELS },
  { kind: "gemini", create: createOpenAiCompatibleProvider },
  { kind: "deepseek", create: createOpenAiCompatibleProvider, settings: { dialect: "chat" } },
  { kind: "ollama", create: createOpenAiCompatibleProvider, settings: { dialect: "chat" } },
  { kind: "openrouter", create: createOpenRouterProvider },
  { kind: "github-models", create: createGithubModelsProvider },
  {
    kind: "vertex",
    create: createVertexProvider,
    settings: {
      credential: {
        type: "google",
        project: "team-1",
        location: "europe-west1",
        accessToken: createSecret("ya29.secret"),
      },
    },
  },
];

/** One provider of a kind, with all that it translates for, before the imitation of its upstream. */
export interface Subject {
  readonly provider: Provider;
  readonly simulator: Simulator;
  readonly models: readonly ModelInfo[];
  close(): Promise<void>;
}

export async function createSubject({ kind, create, settings = {}, adopted = [] }: SubjectOptions): Promise<Subject> {
  const simulator = await startSimulator(kind);
  const http = createHttpClient({ connectTimeoutMs: 1000 });
  const log = { info: () => {}, warn: () => {} };
  const provider = create(createProviderSettings({ kind, baseUrl: simulator.baseUrl, ...settings }), {
    catalog: createCatalog(),
    http,
    log,
    stateDirectory: "",
  });
  // The upstream's own list, where there is one, is read by now.
  await provider.check(AbortSignal.timeout(5000));
  return {
    provider,
    simulator,
    models: [...provider.models(), ...adopted.map((name) => adopt(provider, name))].filter(
      ({ dialect }) => dialect !== "messages",
    ),
    close: async () => {
      await provider.close();
      http.close();
      await simulator.close();
    },
  };
}

function adopt(provider: Provider, name: string): ModelInfo {
  const model = provider.adoptModel?.(name);
  if (model === undefined) throw new Error(`${provider.name} does not take ${name} for one of its models`);
  return model;
}
