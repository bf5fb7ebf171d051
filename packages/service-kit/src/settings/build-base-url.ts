import type { ProviderKind } from "@switchyard/catalog";
import type { BuildContext } from "./build-context.ts";
import { vertexLocation } from "./build-credential.ts";
import { knownProvider, variablePrefix } from "./known-providers.ts";
import { parseUrl } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";

export interface BaseUrlSources {
  entry: ProviderEntry | undefined;
  context: BuildContext;
}

/** Where somebody said that a provider is; undefined: nobody did. */
export function configuredBaseUrl(
  name: string,
  kind: ProviderKind,
  { entry, context, apiVersion }: BaseUrlSources & { apiVersion: string | undefined },
): string | undefined {
  const variables =
    name === kind
      ? (knownProvider(kind)?.baseUrlVariables ?? [`${variablePrefix(name)}_BASE_URL`])
      : [`${variablePrefix(name)}_BASE_URL`];
  const url = context.environment.read(parseUrl, ...variables) ?? entry?.base_url;
  return url === undefined ? undefined : toBase(url, kind, apiVersion);
}

/** Where a provider's public API is; undefined: there is no such place. */
export function defaultBaseUrl(
  name: string,
  kind: ProviderKind,
  { entry, context }: BaseUrlSources,
): string | undefined {
  if (kind === "vertex") return vertexBaseUrl(vertexLocation(name, entry, context));
  return knownProvider(kind)?.baseUrl;
}

/** https://docs.cloud.google.com/vertex-ai/docs/general/locations, read 2026-11. */
function vertexBaseUrl(location: string): string {
  if (location === "global") return "https://aiplatform.googleapis.com";
  if (location === "us" || location === "eu") return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** People write an address with and without the API's own paths; here it ends where those begin. */
function toBase(url: string, kind: ProviderKind, apiVersion: string | undefined): string {
  switch (kind) {
    case "anthropic":
    case "ollama":
      return url.replace(/\/v1$/, "");
    case "github-models":
      return url.replace(/\/inference$/, "");
    case "azure":
      return new URL(url).pathname === "/" && apiVersion === undefined ? `${url}/openai/v1` : url;
    default:
      return url;
  }
}
