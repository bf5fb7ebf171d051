import { createSecret, type ProviderSettings } from "@switchyard/service-kit";
import { createFakeKey } from "../fake-key.ts";

/** The same provider with a key that is nobody's; undefined: it needs none. */
export function withFakeCredential(settings: ProviderSettings, word: string): ProviderSettings | undefined {
  const { credential } = settings;
  const fake = createSecret(createFakeKey(settings.kind, word));
  switch (credential?.type) {
    case "api_key":
      return { ...settings, credential: { type: "api_key", value: fake } };
    case "google": {
      const { project, location } = credential;
      return { ...settings, credential: { type: "google", project, location, accessToken: fake } };
    }
    default:
      return undefined;
  }
}

/** What of a provider's settings must not stand in a recording. */
export function secretsOf({ credential, customHeaders, baseUrl }: ProviderSettings): string[] {
  const secrets = Object.values(customHeaders);
  if (credential?.type === "api_key") secrets.push(credential.value.reveal());
  if (credential?.type === "google") {
    secrets.push(credential.project);
    if (credential.accessToken !== undefined) secrets.push(credential.accessToken.reveal());
  }
  // A resource's own host names its owner; a vendor's public one does not.
  if (!PUBLIC_HOST.test(new URL(baseUrl).hostname)) secrets.push(new URL(baseUrl).hostname);
  return secrets;
}

const PUBLIC_HOST =
  /^(?:localhost|127\.0\.0\.1|api\.anthropic\.com|api\.openai\.com|openrouter\.ai|generativelanguage\.googleapis\.com|api\.deepseek\.com|models\.github\.ai|ollama\.com|(?:[a-z0-9-]+\.)*aiplatform(?:\.[a-z]+\.rep)?\.googleapis\.com|[a-z0-9-]+-aiplatform\.googleapis\.com)$/;
