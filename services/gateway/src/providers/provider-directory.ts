import type { HttpClient, Logger, ProviderSettings, SettingsHolder } from "@switchyard/service-kit";
import { HEADERS, type ProviderInfo } from "@switchyard/wire";

import type { KnownProvider } from "@switchyard/routing";
import { parseProviderInfo } from "./parse-provider-info.ts";

/** What the provider services said of themselves last. */
export interface ProviderDirectory {
  /** In order of priority; those that are switched off at run time show as not enabled. Never does I/O. */
  providers(): readonly KnownProvider[];
  /**
   * While services have not answered yet, after a start or new settings: resolves when each has, at most
   * SETTLING_MS later. Undefined when there is nothing to wait for.
   */
  readonly settling: Promise<void> | undefined;
  /** Why a provider's service did not answer the last time; undefined: it did. */
  unreachableReason(provider: string): string | undefined;
  /** Asks now; for commands that people wait for. */
  refresh(provider: string): Promise<void>;
  close(): void;
}

export interface DirectoryDeps {
  settings: SettingsHolder;
  http: HttpClient;
  logger: Logger;
  /** A service told something else of itself than before: whoever rests may be tried again. */
  onChange(provider: string): void;
  /** Providers that are switched off at run time. */
  isSwitchedOff(provider: string): boolean;
  /** ms between two looks at a service that answers. */
  intervalMs?: number;
}

const INTERVAL_MS = 15_000;
/** Between two looks at a service that has not answered; doubled up to the interval. */
const FIRST_RETRY_MS = 100;
const ANSWER_MS = 3000;
/** Services that start together with the gateway are up by then. */
const SETTLING_MS = 5000;

interface Entry {
  provider: ProviderSettings;
  info: ProviderInfo | undefined;
  failure: string | undefined;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  /** Called at its first answer. */
  answered: () => void;
}

/** Looks at every provider service in the background; what was good last is kept while it does not answer. */
export function createProviderDirectory(deps: DirectoryDeps): ProviderDirectory {
  const entries = new Map<string, Entry>();
  const controller = new AbortController();
  let known: readonly KnownProvider[] | undefined;
  let settling: Promise<void> | undefined;

  /** Resolves at the provider's first answer. */
  function start(provider: ProviderSettings): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const fresh = { info: undefined, failure: undefined, failures: 0, timer: undefined };
    const entry: Entry = { ...fresh, provider, answered: resolve };
    const previous = entries.get(provider.name);
    if (previous !== undefined) {
      clearTimeout(previous.timer);
      if (previous.provider.serviceUrl === provider.serviceUrl) entry.info = previous.info;
    }
    entries.set(provider.name, entry);
    if (!provider.enabled) return Promise.resolve();
    void look(entry);
    return promise;
  }

  async function look(entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    try {
      const info = await ask(deps, entry.provider, controller.signal);
      if (entries.get(entry.provider.name) !== entry) return;
      if (hasChanged(entry.info, info)) deps.onChange(entry.provider.name);
      Object.assign(entry, { info, failure: undefined, failures: 0 });
      known = undefined;
      entry.answered();
    } catch (error) {
      noteFailure(entry, error);
    }
    known = undefined;
    if (controller.signal.aborted || entries.get(entry.provider.name) !== entry) return;
    const interval = deps.intervalMs ?? INTERVAL_MS;
    const waitMs = entry.failures === 0 ? interval : Math.min(interval, FIRST_RETRY_MS * 2 ** (entry.failures - 1));
    entry.timer = setTimeout(() => void look(entry), waitMs);
    entry.timer.unref();
  }

  function noteFailure(entry: Entry, error: unknown): void {
    const failure = error instanceof Error ? error.message : String(error);
    if (entry.failure === undefined && entry.info !== undefined && !controller.signal.aborted) {
      deps.logger.warn("provider service does not answer", { provider: entry.provider.name, reason: failure });
    }
    Object.assign(entry, { failure, failures: entry.failures + 1 });
  }

  function startAll(): Promise<unknown> {
    const { providers } = deps.settings.current();
    const names = new Set(providers.map(({ name }) => name));
    for (const [name, entry] of entries) {
      if (names.has(name)) continue;
      clearTimeout(entry.timer);
      entries.delete(name);
    }
    known = undefined;
    return Promise.all(providers.map(start));
  }

  function list(): readonly KnownProvider[] {
    const { providers } = deps.settings.current();
    return providers.map((provider) => toKnown(provider, entries.get(provider.name)?.info));
  }

  const unsubscribe = deps.settings.subscribe(lookAtAll);
  function lookAtAll(): void {
    const round = settleWithin(startAll(), SETTLING_MS).finally(() => {
      if (settling === round) settling = undefined;
    });
    settling = round;
  }

  /** Whatever the settings say. */
  function switchOff(provider: KnownProvider): KnownProvider {
    if (!provider.enabled || !deps.isSwitchedOff(provider.name)) return provider;
    return { ...provider, enabled: false, reason: "switched off at run time" };
  }

  lookAtAll();
  return {
    providers: () => {
      known ??= list();
      return known.some(({ name }) => deps.isSwitchedOff(name)) ? known.map(switchOff) : known;
    },
    get settling() {
      return settling;
    },
    unreachableReason: (name) => entries.get(name)?.failure,
    refresh: async (name) => {
      const entry = entries.get(name);
      if (entry !== undefined) await look(entry);
    },
    close: () => {
      unsubscribe();
      controller.abort();
      for (const { timer } of entries.values()) clearTimeout(timer);
    },
  };
}

function toKnown(provider: ProviderSettings, info: ProviderInfo | undefined): KnownProvider {
  const { name, priority, enabled, reason, missing, aliases } = provider;
  return {
    name,
    priority,
    enabled,
    missing,
    aliases,
    ...(reason === undefined ? {} : { reason }),
    ...(info === undefined ? {} : { info }),
  };
}

async function ask(deps: DirectoryDeps, provider: ProviderSettings, signal: AbortSignal): Promise<ProviderInfo> {
  const token = deps.settings.current().innerToken;
  const answer = await deps.http.send({
    method: "GET",
    url: `${provider.serviceUrl}/info`,
    headers: token === undefined ? {} : { [HEADERS.innerToken]: token.reveal() },
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    answerTimeoutMs: ANSWER_MS,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk);
  if (answer.status !== 200) throw new Error(`${provider.serviceUrl}/info answered with status ${answer.status}`);
  return parseProviderInfo(JSON.parse(Buffer.concat(chunks).toString()));
}

/** A restart of the service counts: it has read its configuration anew. */
function hasChanged(before: ProviderInfo | undefined, after: ProviderInfo): boolean {
  if (before === undefined) return true;
  if (after.uptime < before.uptime || after.status !== before.status) return true;
  return modelIds(before) !== modelIds(after) || before.missing?.join() !== after.missing?.join();
}

function modelIds({ models }: ProviderInfo): string {
  return models.map(({ id }) => id).join("\n");
}

async function settleWithin(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
    timer.unref();
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
