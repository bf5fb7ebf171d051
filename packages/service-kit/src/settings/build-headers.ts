import type { Environment } from "./environment.ts";
import { variablePrefix } from "./known-providers.ts";
import { isCredentialHeader, parseHeader } from "./parse-headers.ts";
import type { Problems } from "./problems.ts";

type Headers = Readonly<Record<string, string>>;

const GENERAL_PREFIX = "CUSTOM_HEADER_";
/** Where a credential in a header for everybody goes: there it went before there were several providers. */
const LEGACY_PROVIDER = "openai";

export interface HeaderSources {
  environment: Environment;
  problems: Problems;
  /** For all providers. */
  general: Readonly<Record<string, unknown>> | undefined;
  /** The provider's own, and where they stand. */
  own: Readonly<Record<string, unknown>> | undefined;
  place: string;
}

/** A provider's custom headers, names in lower case: the general ones, then its own, then its own of the environment. */
export function buildHeaders(provider: string, sources: HeaderSources): Headers {
  const { environment, problems, general = {}, own = {}, place } = sources;
  const headers: Record<string, string> = {};
  const put = (path: string, name: string, value: unknown): void => {
    const header = problems.take(path, parseHeader(name, value));
    if (header !== undefined) headers[header[0].toLowerCase()] = header[1];
  };
  for (const [name, value] of Object.entries(general)) {
    if (!isCredentialHeader(name)) put(`custom_headers.${name}`, name, value);
  }
  for (const { name, value } of environment.all()) {
    const header = headerName(name, GENERAL_PREFIX);
    if (header === undefined || (isCredentialHeader(header) && provider !== LEGACY_PROVIDER)) continue;
    put(name, header, value);
  }
  for (const [name, value] of Object.entries(own)) put(`${place}.custom_headers.${name}`, name, value);
  for (const [variable, header] of provider === "openrouter" ? OPENROUTER_HEADERS : []) {
    const found = environment.find(variable);
    if (found !== undefined) put(variable, header, found.value);
  }
  for (const { name, value } of environment.all()) {
    const header = headerName(name, `${variablePrefix(provider)}_${GENERAL_PREFIX}`);
    if (header !== undefined) put(name, header, value);
  }
  return headers;
}

/** https://openrouter.ai/docs/app-attribution: by these it names the application. */
const OPENROUTER_HEADERS = [
  ["OPENROUTER_SITE_URL", "http-referer"],
  ["OPENROUTER_APP_NAME", "x-title"],
] as const;

/** Says once that a credential cannot go to everybody. */
export function noteGeneralCredentials(general: Readonly<Record<string, unknown>> = {}, context: HeaderSources): void {
  const { environment, problems } = context;
  for (const name of Object.keys(general).filter(isCredentialHeader)) {
    problems.add(
      `custom_headers.${name}`,
      "would hand one credential to every provider",
      "Move it to the provider that it is for.",
    );
  }
  for (const { name } of environment.all()) {
    const header = headerName(name, GENERAL_PREFIX);
    if (header === undefined || !isCredentialHeader(header)) continue;
    problems.warn(
      name,
      `is a credential and goes to the provider "${LEGACY_PROVIDER}" only`,
      `Name the provider that it is for: <PROVIDER>_${name}.`,
    );
  }
}

/** What stands behind the prefix, with hyphens: X_API_KEY is X-API-KEY. */
function headerName(variable: string, prefix: string): string | undefined {
  return variable.startsWith(prefix) && variable.length > prefix.length
    ? variable.slice(prefix.length).replaceAll("_", "-")
    : undefined;
}
