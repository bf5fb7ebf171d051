import { existsSync } from "node:fs";
import path from "node:path";
import type { ProviderKind } from "@switchyard/catalog";
import type { BuildContext } from "./build-context.ts";
import { GITHUB_MODELS_RETIRED, knownProvider, variablePrefix } from "./known-providers.ts";
import { parseChoice } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";
import { createSecret } from "./secret.ts";
import type { CredentialSettings, Secret } from "./settings.ts";

export interface CredentialRequest {
  name: string;
  kind: ProviderKind;
  entry: ProviderEntry | undefined;
  /** Somebody named where it is. */
  hasBaseUrl: boolean;
  /** Somebody said that it is on. */
  switchedOn: boolean;
}

export interface CredentialResult {
  credential?: CredentialSettings;
  /** What would have to be set. */
  missing: readonly string[];
  /** Why it is off. */
  reason?: string;
}

/** How a provider shows who it is, or what is missing for that. */
export function buildCredential(request: CredentialRequest, context: BuildContext): CredentialResult {
  const { kind, entry, name } = request;
  const chosen =
    context.environment.read(parseChoice("api_key", "client", "none"), `${variablePrefix(name)}_CREDENTIAL`) ??
    entry?.credential;
  if (chosen === "client") {
    if (kind === "anthropic") return { credential: { type: "client" }, missing: [] };
    context.problems.add(
      entry === undefined ? `${variablePrefix(name)}_CREDENTIAL` : `${entry.place}.credential`,
      "the client's own credential can only be passed on to an Anthropic API",
      "Give this provider a key.",
    );
  }
  if (chosen === "none") return { credential: { type: "none" }, missing: [] };
  if (kind === "vertex") return googleCredential(request, context);
  return keyCredential(request, context);
}

function keyCredential(request: CredentialRequest, context: BuildContext): CredentialResult {
  const { kind, name, entry, hasBaseUrl, switchedOn } = request;
  const variables = keyVariables(name, kind);
  const key = context.environment.secret(...variables) ?? secretOf(entry?.api_key) ?? fileSecret(entry, context);
  const [variable = `${variablePrefix(name)}_API_KEY`] = variables;
  const missing = key === undefined ? (entry?.missing ?? [variable]) : [];
  if (kind === "ollama")
    return { credential: key === undefined ? { type: "none" } : { type: "api_key", value: key }, missing: [] };
  if (kind === "github-models" && !hasBaseUrl && !switchedOn) return { missing: [], reason: GITHUB_MODELS_RETIRED };
  if (key !== undefined) return { credential: { type: "api_key", value: key }, missing: [] };
  if (kind === "openai-compatible" && entry?.missing === undefined)
    return { credential: { type: "none" }, missing: [] };
  return { missing, reason: reasonOfMissing(request, missing, context) };
}

/** The variables of a kind belong to the provider that bears its name: another's key goes to no other host. */
export function keyVariables(name: string, kind: ProviderKind): readonly string[] {
  return name === kind ? (knownProvider(kind)?.keyVariables ?? []) : [`${variablePrefix(name)}_API_KEY`];
}

function secretOf(value: string | null | undefined): Secret | undefined {
  return value === undefined || value === null ? undefined : createSecret(value);
}

function fileSecret(entry: ProviderEntry | undefined, { environment, problems }: BuildContext): Secret | undefined {
  if (entry?.api_key_file === undefined) return undefined;
  const secret = environment.secretFile(entry.api_key_file);
  if (secret === undefined) {
    problems.add(
      `${entry.place}.api_key_file`,
      "the file that it names cannot be read or is empty",
      "Write the key into it.",
    );
  }
  return secret;
}

function reasonOfMissing({ kind, name }: CredentialRequest, missing: readonly string[], context: BuildContext): string {
  const sentence = `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set`;
  return kind === "anthropic" && name === kind && looksLikeAnthropicKey(context)
    ? `${sentence}; ANTHROPIC_API_KEY holds a key of Anthropic's own, but says not whether it is meant for the upstream`
    : sentence;
}

/** ANTHROPIC_API_KEY is what clients show here; a real key in it raises the question which was meant. */
export function looksLikeAnthropicKey({ environment }: Pick<BuildContext, "environment">): boolean {
  return environment.find("ANTHROPIC_API_KEY")?.value.trim().startsWith("sk-ant-") ?? false;
}

function googleCredential({ name, kind, entry }: CredentialRequest, context: BuildContext): CredentialResult {
  const { environment, problems } = context;
  const own = name === kind;
  const project = (own ? environment.find("GOOGLE_CLOUD_PROJECT")?.value.trim() : undefined) ?? entry?.project;
  const location = vertexLocation(name, entry, context);
  const accessToken =
    environment.secret(own ? "VERTEX_ACCESS_TOKEN" : `${variablePrefix(name)}_ACCESS_TOKEN`) ??
    secretOf(entry?.access_token);
  const keyFile =
    (own ? environment.find("GOOGLE_APPLICATION_CREDENTIALS")?.value.trim() : undefined) ?? entry?.key_file;
  if (project === undefined) {
    const variable = own ? "GOOGLE_CLOUD_PROJECT" : "project";
    return { missing: [variable], reason: `${variable} is not set` };
  }
  if (entry?.missing !== undefined && accessToken === undefined) {
    return { missing: entry.missing, reason: `${entry.missing.join(" and ")} is not set` };
  }
  if (!/^[a-z][a-z0-9:.-]*$/i.test(project)) {
    problems.add(
      "GOOGLE_CLOUD_PROJECT",
      "is no project id",
      "Set it to what `gcloud config get-value project` prints.",
    );
  }
  if (!/^[a-z]+(-[a-z]+[0-9]+)?$/.test(location)) {
    problems.add(
      "VERTEX_AI_LOCATION",
      `"${location}" is no location`,
      'Set "global", "us", "eu" or a region such as "us-east5".',
    );
  }
  if (keyFile !== undefined && accessToken === undefined && !existsSync(path.resolve(environment.cwd, keyFile))) {
    problems.add(
      "GOOGLE_APPLICATION_CREDENTIALS",
      `there is no file ${keyFile}`,
      "Name the service account's key file, or leave it out.",
    );
  }
  return {
    credential: {
      type: "google",
      project,
      location,
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(keyFile === undefined ? {} : { keyFile: path.resolve(environment.cwd, keyFile) }),
    },
    missing: [],
  };
}

export function vertexLocation(name: string, entry: ProviderEntry | undefined, { environment }: BuildContext): string {
  const variables = ["VERTEX_AI_LOCATION", "VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION"];
  const own = name === "vertex" ? environment.find(...variables)?.value.trim() : undefined;
  return (own ?? entry?.location ?? "global").toLowerCase();
}
