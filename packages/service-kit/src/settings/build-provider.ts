import type { ProviderKind } from "@switchyard/catalog";
import { configuredBaseUrl, defaultBaseUrl } from "./build-base-url.ts";
import type { BuildContext } from "./build-context.ts";
import { buildCredential, keyVariables } from "./build-credential.ts";
import type { CredentialResult } from "./build-credential.ts";
import { buildHeaders } from "./build-headers.ts";
import { buildLimits } from "./build-limits.ts";
import { buildModels } from "./build-models.ts";
import { buildProviderTimeouts, defined } from "./build-timeouts.ts";
import { toCustomModel } from "./custom-model-schema.ts";
import type { FileCustomModel } from "./custom-model-schema.ts";
import { knownProvider, variablePrefix } from "./known-providers.ts";
import { parseHeader } from "./parse-headers.ts";
import {
  parseBoolean,
  parseChoice,
  parseDuration,
  parseInteger,
  parseNumber,
  parseText,
  parseTokens,
} from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";
import type { CustomModelSettings, ProviderSettings, TimeoutSettings } from "./settings.ts";
import { fakeCredential, simulatedBaseUrl } from "./simulated.ts";

export interface ProviderPlan {
  name: string;
  kind: ProviderKind;
  entry: ProviderEntry | undefined;
  /** Place in the order of providers that name none themselves. */
  priority: number;
  port: number;
  serviceUrl: string;
  timeouts: TimeoutSettings;
}

const DIALECTS = ["messages", "chat", "responses"] as const;

interface Upstream extends CredentialResult {
  baseUrl: string;
  enabled: boolean;
  simulated: boolean;
}

/** One provider, from its entry in files and its variables. */
export function buildProvider(plan: ProviderPlan, context: BuildContext): ProviderSettings {
  const { name, kind, entry } = plan;
  const { environment, files, problems } = context;
  const prefix = variablePrefix(name);
  const apiVersion = environment.read(parseText, `${prefix}_API_VERSION`) ?? entry?.api_version ?? undefined;
  const { baseUrl, enabled, simulated, credential, missing, reason } = upstreamOf(plan, apiVersion, context);
  const dialect = environment.read(parseChoice(...DIALECTS), `${prefix}_DIALECT`) ?? entry?.dialect;
  const maxConcurrentRequests =
    environment.read(parseInteger(1, 100_000), `${prefix}_MAX_CONCURRENT_REQUESTS`) ?? entry?.max_concurrent_requests;
  return {
    name,
    kind,
    enabled,
    ...defined({ reason, apiVersion, dialect, credential }),
    missing,
    priority: environment.read(parseInteger(0, 1_000_000), `${prefix}_PRIORITY`) ?? entry?.priority ?? plan.priority,
    port: plan.port,
    serviceUrl: plan.serviceUrl,
    baseUrl,
    customHeaders: buildHeaders(name, {
      environment,
      problems,
      general: files.settings.custom_headers,
      own: entry?.custom_headers,
      place: entry?.place ?? name,
    }),
    timeouts: buildProviderTimeouts(plan.timeouts, {
      silence: entry?.timeout,
      file: entry?.timeouts,
      ownSilence: environment.read(parseDuration("s"), `${prefix}_TIMEOUT`),
    }),
    maxRetries: retriesOf(prefix, entry, context),
    models: buildModels(name, entry, context),
    aliases: entry?.aliases ?? {},
    customModels: customModelsOf(entry, context),
    ...tokenLimits(entry, context),
    weight: environment.read(parseNumber(0, 1_000_000), `${prefix}_WEIGHT`) ?? entry?.weight ?? 1,
    limits: buildLimits({ name, kind, entry }, context),
    ...defined({ maxConcurrentRequests }),
    simulated,
  };
}

function upstreamOf(plan: ProviderPlan, apiVersion: string | undefined, context: BuildContext): Upstream {
  const { name, kind, entry } = plan;
  const told = context.environment.read(parseBoolean, `${variablePrefix(name)}_ENABLED`) ?? entry?.enabled;
  if (context.demo && told !== false) return simulatedUpstream(plan, context);
  const configured = configuredBaseUrl(name, kind, { entry, context, apiVersion });
  const baseUrl = configured ?? defaultBaseUrl(name, kind, { entry, context });
  if (told === false) {
    return {
      baseUrl: baseUrl ?? NO_ADDRESS,
      enabled: false,
      simulated: false,
      missing: [],
      reason: "switched off by configuration",
    };
  }
  const request = { name, kind, entry, hasBaseUrl: configured !== undefined, switchedOn: told === true };
  const { credential, missing, reason } = buildCredential(request, context);
  const lacking = [...missing, ...(baseUrl === undefined ? [baseUrlVariable(plan)] : [])];
  const off = lacking.length > 0 ? `${lacking.join(" and ")} ${lacking.length === 1 ? "is" : "are"} not set` : reason;
  const enabled = credential !== undefined && lacking.length === 0;
  return {
    baseUrl: baseUrl ?? NO_ADDRESS,
    enabled,
    simulated: false,
    ...(enabled ? { credential } : { reason: reason ?? off ?? "" }),
    missing: lacking,
  };
}

/** Of a provider that is nowhere: a valid address that leads to nobody (RFC 6761, 6.4). */
const NO_ADDRESS = "http://unconfigured.invalid";

function baseUrlVariable({ name, kind }: ProviderPlan): string {
  const [variable] = name === kind ? (knownProvider(kind)?.baseUrlVariables ?? []) : [];
  return variable ?? `${variablePrefix(name)}_BASE_URL`;
}

function simulatedUpstream({ name, kind }: ProviderPlan, { environment }: BuildContext): Upstream {
  const baseUrl = name === kind ? simulatedBaseUrl(kind, environment) : undefined;
  if (baseUrl !== undefined) {
    return { baseUrl, enabled: true, simulated: true, credential: fakeCredential(kind), missing: [] };
  }
  const [variable] = kind === "vertex" ? ["GOOGLE_CLOUD_PROJECT"] : keyVariables(name, kind);
  return {
    baseUrl: NO_ADDRESS,
    enabled: false,
    simulated: true,
    missing: variable === undefined ? [] : [variable],
    reason: "this mesh runs over simulators, and there is none for it",
  };
}

function retriesOf(prefix: string, entry: ProviderEntry | undefined, { environment, files }: BuildContext): number {
  const parser = parseInteger(0, 10);
  return (
    environment.read(parser, `${prefix}_MAX_RETRIES`) ??
    entry?.max_retries ??
    environment.read(parser, "MAX_RETRIES") ??
    files.settings.max_retries ??
    DEFAULT_MAX_RETRIES
  );
}

const DEFAULT_MAX_RETRIES = 1;

function tokenLimits(
  entry: ProviderEntry | undefined,
  { environment, files }: BuildContext,
): Pick<ProviderSettings, "minTokens" | "maxTokens"> {
  return defined({
    minTokens: entry?.min_tokens ?? environment.read(parseTokens, "MIN_TOKENS_LIMIT") ?? files.settings.min_tokens,
    maxTokens: entry?.max_tokens ?? environment.read(parseTokens, "MAX_TOKENS_LIMIT") ?? files.settings.max_tokens,
  });
}

function customModelsOf(entry: ProviderEntry | undefined, context: BuildContext): CustomModelSettings[] {
  return (entry?.custom_models ?? []).map((model) =>
    toCustomModel(model, extraHeadersOf(model, entry?.place ?? "", context), entry?.direct),
  );
}

function extraHeadersOf(model: FileCustomModel, place: string, { problems }: BuildContext): Record<string, string> {
  const headers = Object.entries(model.extra_headers ?? {}).map(([name, value]) =>
    problems.take(`${place}.${model.model_id}.extra_headers.${name}`, parseHeader(name, value)),
  );
  return Object.fromEntries(
    headers.filter((header) => header !== undefined).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
