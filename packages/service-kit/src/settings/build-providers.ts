import type { ProviderKind } from "@switchyard/catalog";
import type { BuildContext } from "./build-context.ts";
import { noteGeneralCredentials } from "./build-headers.ts";
import { buildProvider } from "./build-provider.ts";
import type { ProviderPlan } from "./build-provider.ts";
import { findProvider } from "./find-provider.ts";
import { inferKind } from "./infer-kind.ts";
import {
  FIRST_EXTRA_PORT,
  FIRST_EXTRA_PRIORITY,
  KNOWN_PROVIDERS,
  knownProvider,
  simulatorVariable,
  variablePrefix,
} from "./known-providers.ts";
import { parsePort, parseUrl } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";
import type { ProviderSettings, TimeoutSettings } from "./settings.ts";

/** Every provider there is, in order of priority. */
export function buildProviders(timeouts: TimeoutSettings, context: BuildContext): ProviderSettings[] {
  const { environment, files, problems } = context;
  noteGeneralCredentials(files.settings.custom_headers, {
    environment,
    problems,
    general: undefined,
    own: undefined,
    place: "",
  });
  const providers = planProviders(timeouts, context).map((plan) => buildProvider(plan, context));
  preferOne(providers, context);
  return providers.toSorted((a, b) => a.priority - b.priority);
}

interface Listed {
  name: string;
  kind: ProviderKind;
  entry: ProviderEntry | undefined;
}

function planProviders(timeouts: TimeoutSettings, context: BuildContext): ProviderPlan[] {
  const listed = listProviders(context);
  const ports = assignPorts(listed, context);
  return listed.map(({ name, kind, entry }, index) => {
    const port = ports.get(name) ?? FIRST_EXTRA_PORT;
    return {
      name,
      kind,
      entry,
      port,
      priority: (name === kind ? knownProvider(kind)?.priority : undefined) ?? FIRST_EXTRA_PRIORITY + index,
      serviceUrl: serviceUrlOf(name, port, { entry, context }),
      timeouts,
    };
  });
}

/** The known kinds that always stand or that something names, then what only files know. */
function listProviders(context: BuildContext): Listed[] {
  const { files } = context;
  const entries = new Map(files.providers.map((entry) => [entry.name, entry]));
  const known = KNOWN_PROVIDERS.flatMap(({ kind, always }): Listed[] => {
    const entry = entries.get(kind);
    if (!always && entry === undefined && !isNamed(kind, context)) return [];
    return [{ name: kind, kind: kindOf(entry, context) ?? kind, entry }];
  });
  const extra = files.providers.filter(({ name }) => KNOWN_PROVIDERS.every(({ kind }) => kind !== name));
  return [
    ...known,
    ...extra.flatMap((entry): Listed[] => {
      const kind = kindOf(entry, context);
      if (kind !== undefined) return [{ name: entry.name, kind, entry }];
      context.problems.add(`${entry.place}.base_url`, "is missing", "Add the address, or name a known kind.");
      return [];
    }),
  ];
}

function kindOf(entry: ProviderEntry | undefined, { environment }: BuildContext): ProviderKind | undefined {
  if (entry === undefined) return undefined;
  if (entry.kind !== undefined) return entry.kind;
  const own = KNOWN_PROVIDERS.find(({ kind }) => kind === entry.name)?.kind;
  if (own !== undefined && own !== "openai") return own;
  const base = entry.base_url ?? environment.find(`${variablePrefix(entry.name)}_BASE_URL`)?.value;
  if (base === undefined || !URL.canParse(base)) return own;
  const inferred = inferKind(base, entry.api_version ?? undefined);
  // "openai" is what people call everything that speaks its API.
  return own === "openai" && inferred === "openai-compatible" ? own : inferred;
}

function isNamed(kind: ProviderKind, { environment, demo }: BuildContext): boolean {
  const known = knownProvider(kind);
  if (known === undefined) return false;
  if (demo) return environment.find(simulatorVariable(kind), "SWITCHYARD_SIMULATOR_HOST") !== undefined;
  const keys = kind === "ollama" ? [] : known.keyVariables.flatMap((name) => [name, `${name}_FILE`]);
  return environment.find(...keys, ...known.baseUrlVariables) !== undefined;
}

/** Each service's port: its variable, its entry, its kind's own, else the next that is free. */
function assignPorts(listed: readonly Listed[], context: BuildContext): ReadonlyMap<string, number> {
  const { environment, alone } = context;
  const ports = new Map<string, number>();
  for (const { name, entry } of listed) {
    const own = name === alone ? environment.read(parsePort, "PORT", "SERVICE_PORT") : undefined;
    const port = own ?? environment.read(parsePort, `${variablePrefix(name)}_PORT`) ?? entry?.port;
    const standard = KNOWN_PROVIDERS.find(({ kind }) => kind === name)?.port;
    if (port !== undefined || standard !== undefined) ports.set(name, port ?? standard ?? FIRST_EXTRA_PORT);
  }
  const taken = new Set(ports.values());
  let next = FIRST_EXTRA_PORT;
  for (const { name } of listed.filter((provider) => !ports.has(provider.name))) {
    while (taken.has(next)) next += 1;
    taken.add(next);
    ports.set(name, next);
  }
  return ports;
}

/** Where provider proxies stood is said by older variables too. */
const OLDER_SERVICE_URLS: Readonly<Record<string, string>> = {
  vertex: "VERTEX_PROXY_URL",
  "github-models": "GITHUB_PROXY_URL",
  openrouter: "OPENROUTER_PROXY_URL",
};

function serviceUrlOf(
  name: string,
  port: number,
  { entry, context }: { entry: ProviderEntry | undefined; context: BuildContext },
): string {
  const older = OLDER_SERVICE_URLS[name];
  const variables = [`${variablePrefix(name)}_SERVICE_URL`, ...(older === undefined ? [] : [older])];
  return context.environment.read(parseUrl, ...variables) ?? entry?.service_url ?? `http://127.0.0.1:${port}`;
}

/** PREFERRED_PROVIDER goes before all others. */
function preferOne(providers: ProviderSettings[], { environment, problems }: BuildContext): void {
  const preferred = environment.find("PREFERRED_PROVIDER");
  if (preferred === undefined) return;
  const provider = findProvider(providers, preferred.value);
  if (provider === undefined) {
    const names = providers.map((other) => other.name).join(", ");
    problems.add(preferred.name, `there is no provider "${preferred.value.trim()}"`, `Name one of: ${names}.`);
    return;
  }
  providers[providers.indexOf(provider)] = { ...provider, priority: 0 };
}
