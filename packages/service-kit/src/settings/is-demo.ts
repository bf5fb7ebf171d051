import { looksLikeAnthropicKey } from "./build-credential.ts";
import type { BuildContext } from "./build-context.ts";
import { KNOWN_PROVIDERS } from "./known-providers.ts";
import { parseBoolean, parseChoice } from "./parse-values.ts";

/**
 * True when the mesh runs over simulators: told so, or nobody named a credential or an upstream in any spelling.
 * SWITCHYARD_DEMO=0 forbids it.
 */
export function isDemo(context: Omit<BuildContext, "demo">): boolean {
  const told = context.environment.read(parseBoolean, "SWITCHYARD_DEMO") ?? context.files.settings.demo;
  return told ?? !somethingIsConfigured(context);
}

function somethingIsConfigured({ environment, files }: Omit<BuildContext, "demo">): boolean {
  if (files.providers.some(({ enabled }) => enabled !== false)) return true;
  if (looksLikeAnthropicKey({ environment })) return true;
  if (environment.read(parseChoice("api_key", "client", "none"), "ANTHROPIC_CREDENTIAL") === "client") return true;
  if (environment.find("GOOGLE_CLOUD_PROJECT") !== undefined) return true;
  return KNOWN_PROVIDERS.some(({ kind, keyVariables, baseUrlVariables }) => {
    if (environment.find(...baseUrlVariables) !== undefined) return true;
    const hasKey = environment.find(...keyVariables.flatMap((name) => [name, `${name}_FILE`])) !== undefined;
    // A token for GitHub lies about on many machines, and means nothing here without an address or a word.
    return hasKey && (kind !== "github-models" || environment.read(parseBoolean, "GITHUB_MODELS_ENABLED") === true);
  });
}
