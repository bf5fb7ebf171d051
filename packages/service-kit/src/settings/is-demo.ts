import { looksLikeAnthropicKey } from "./build-credential.ts";
import type { BuildContext } from "./build-context.ts";
import { KNOWN_PROVIDERS } from "./known-providers.ts";
import { parseBoolean, parseChoice } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";

/**
 * True when the mesh runs over simulators: told so, or nobody named a credential or an upstream in any spelling.
 * SWITCHYARD_DEMO=0 forbids it.
 */
export function isDemo(context: Omit<BuildContext, "demo">): boolean {
  const told = context.environment.read(parseBoolean, "SWITCHYARD_DEMO") ?? context.files.settings.demo;
  return told ?? !somethingIsConfigured(context);
}

function somethingIsConfigured({ environment, files }: Omit<BuildContext, "demo">): boolean {
  if (files.providers.some(namesUpstream)) return true;
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

/** Fields that say where an upstream is or who asks it. */
const UPSTREAM_FIELDS = [
  "base_url",
  "service_url",
  "api_key",
  "api_key_file",
  "access_token",
  "key_file",
  "credential",
  "project",
  "missing",
] as const;

/**
 * An entry that only ranks or limits a known provider leaves a demonstration one: else whoever changes a priority at the
 * dashboard of a mesh without credentials would be left with nobody who answers.
 */
function namesUpstream(entry: ProviderEntry): boolean {
  if (entry.enabled === false) return false;
  const isKnown = KNOWN_PROVIDERS.some(({ kind }) => kind === entry.name);
  return !isKnown || UPSTREAM_FIELDS.some((field) => entry[field] !== undefined);
}
