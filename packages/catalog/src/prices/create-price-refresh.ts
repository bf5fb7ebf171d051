import type { ModelPrice } from "@switchyard/wire";
import { parseOpenRouterPrices } from "./parse-open-router-prices.ts";

/** What the refresh needs of an HTTP client; service-kit's fits. */
export interface PriceHttp {
  send(request: {
    method: "GET";
    url: string;
    headers: Readonly<Record<string, string>>;
    signal: AbortSignal;
  }): Promise<{
    status: number;
    /** Lower case. */
    headers: Readonly<Record<string, string>>;
    body: AsyncIterable<unknown> & { destroy(): unknown };
  }>;
}

export interface PriceRefreshOptions {
  /** OpenRouter's `/models`. */
  url: string;
  /** ms between two looks, from the end of one to the next; 0: never looks. */
  everyMs: number;
  http: PriceHttp;
  /** ms since the epoch. */
  now?: () => number;
  /** A new list, never an empty one, and what the ledger calls it: "openrouter 2026-11-21T10:00Z". */
  onPrices: (prices: ReadonlyMap<string, ModelPrice>, version: string) => void;
  /** Why there is no new list; the last good one stays. Told once until it works again or the reason changes. */
  onProblem: (problem: string, cause?: unknown) => void;
}

export interface PriceRefresh {
  /** Looks now; true: there was a new list. Never rejects. One look at a time: others join it. */
  refreshNow(): Promise<boolean>;
  /** Ends a look that is under way; its outcome is not told. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** After a failure it is tried again sooner: after a minute, two, four … */
const FIRST_RETRY_MS = 60_000;
/** setTimeout takes no more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Keeps prices fresh from OpenRouter's public list, asked for only where it has changed. The first look is at once. */
export function createPriceRefresh(options: PriceRefreshOptions): PriceRefresh {
  const { everyMs, onPrices, onProblem, now = Date.now } = options;
  const closing = new AbortController();
  let validators: Readonly<Record<string, string>> = {};
  let running: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let told: string | undefined;

  async function look(): Promise<boolean> {
    try {
      const list = await fetchList(options, validators, closing.signal);
      [failures, told] = [0, undefined];
      if (list === undefined) return false;
      onPrices(list.prices, `openrouter ${new Date(now()).toISOString().slice(0, 16)}Z`);
      validators = list.validators;
      return true;
    } catch (error) {
      if (closing.signal.aborted) return false;
      failures += 1;
      const problem = `The list of prices could not be read: ${error instanceof Error ? error.message : String(error)}`;
      if (told !== problem) onProblem(problem, error);
      told = problem;
      return false;
    }
  }

  function refreshNow(): Promise<boolean> {
    if (closing.signal.aborted) return Promise.resolve(false);
    running ??= look().finally(() => {
      running = undefined;
      plan();
    });
    return running;
  }

  function plan(): void {
    clearTimeout(timer);
    if (everyMs <= 0 || closing.signal.aborted) return;
    const wait = failures === 0 ? everyMs : Math.min(everyMs, FIRST_RETRY_MS * 2 ** (failures - 1));
    timer = setTimeout(() => void refreshNow(), Math.min(wait, MAX_TIMER_MS)).unref();
  }

  if (everyMs > 0) void refreshNow();
  return {
    refreshNow,
    async close() {
      clearTimeout(timer);
      closing.abort();
      await running;
    },
  };
}

interface FetchedList {
  prices: ReadonlyMap<string, ModelPrice>;
  /** What makes the next look conditional. */
  validators: Readonly<Record<string, string>>;
}

/** undefined: it has not changed. */
async function fetchList(
  { url, http }: PriceRefreshOptions,
  validators: Readonly<Record<string, string>>,
  closing: AbortSignal,
): Promise<FetchedList | undefined> {
  const signal = AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]);
  const answer = await http.send({
    method: "GET",
    url,
    headers: { accept: "application/json", ...validators },
    signal,
  });
  const stop = (): void => void answer.body.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const text = await readText(answer.body);
    signal.throwIfAborted();
    if (answer.status === 304) return undefined;
    if (answer.status !== 200) throw new Error(`the answer is ${answer.status}`);
    const prices = parseOpenRouterPrices(parseJson(text));
    if (prices.size === 0) throw new Error("it holds no price");
    return { prices, validators: readValidators(answer.headers) };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("it is not JSON", { cause });
  }
}

function readValidators({ etag, "last-modified": changed }: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { "if-none-match": etag }),
    ...(changed === undefined ? {} : { "if-modified-since": changed }),
  };
}

async function readText(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
