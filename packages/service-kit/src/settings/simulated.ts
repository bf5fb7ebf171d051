import type { ProviderKind } from "@switchyard/catalog";
import type { Environment } from "./environment.ts";
import { knownProvider, simulatorVariable } from "./known-providers.ts";
import { parseUrl } from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { CredentialSettings } from "./settings.ts";

/**
 * Where a kind's simulator is: SWITCHYARD_SIMULATOR_<KIND>_URL ("http://127.0.0.1:9101", which the launcher
 * sets), else its own port on SWITCHYARD_SIMULATOR_HOST. With the path that the kind's base URL ends in.
 */
export function simulatedBaseUrl(kind: ProviderKind, environment: Environment): string | undefined {
  const known = knownProvider(kind);
  if (known === undefined) return undefined;
  const host = environment.find("SWITCHYARD_SIMULATOR_HOST")?.value.trim();
  const url =
    environment.read(parseUrl, simulatorVariable(kind)) ??
    (host === undefined ? undefined : `http://${host}:${known.simulatorPort}`);
  return url === undefined ? undefined : `${url}${known.simulatorPath}`;
}

/** Shaped like real ones, because the simulators check that; nobody's secret. */
const FAKE_KEYS: Readonly<Partial<Record<ProviderKind, string>>> = {
  anthropic: "sk-ant-api03-simulated",
  "github-models": "github_pat_simulated",
  openrouter: "sk-or-v1-simulated",
  openai: "sk-simulated",
  azure: "simulated",
  gemini: "AIza-simulated",
  deepseek: "sk-simulated",
};

export function fakeCredential(kind: ProviderKind): CredentialSettings {
  if (kind === "vertex") {
    return {
      type: "google",
      project: "simulated-project",
      location: "global",
      accessToken: createSecret("ya29.simulated"),
    };
  }
  const key = FAKE_KEYS[kind];
  return key === undefined ? { type: "none" } : { type: "api_key", value: createSecret(key) };
}
