import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { HttpClient, Logger } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";

import { fetchText, type TextAnswer } from "./fetch-text.ts";

export interface ModelDiscoveryOptions<Listing> {
  /** Where the listing stands. */
  url: string;
  /** Headers of each request, the credential among them. */
  headers: () => Promise<Record<string, string>>;
  /** Reads the parsed JSON, leniently. Throws where nothing useful is in it: the last good listing then stays. */
  parse: (json: unknown) => Listing;
  /** Names a failed answer; throws nothing. */
  nameFailure: (answer: TextAnswer) => GatewayError;
  http: HttpClient;
  /** File that keeps the last good listing over restarts; absent: none is kept. */
  cacheFile?: string;
  /** Between two refreshes. After a failure it starts over at a minute and doubles up to this. */
  intervalMs: number;
  log: Pick<Logger, "info" | "warn">;
}

export interface DiscoveryState<Listing> {
  /** The last good one, whatever has failed since. */
  listing: Listing | undefined;
  source: "none" | "disk" | "upstream";
  /** ms since the epoch: when the upstream last said that this is the listing. */
  fetchedAt?: number;
  /** Why the last refresh failed; absent: it did not. */
  failure?: GatewayError;
}

/** What an upstream offers, asked for in the background. */
export interface ModelDiscovery<Listing> {
  state(): DiscoveryState<Listing>;
  /** Reads the file, then asks the upstream, then again each interval. Returns at once. */
  start(): void;
  /**
   * Asks now; calls at the same time share one request.
   *
   * @throws GatewayError when the upstream refuses, is not there, or answers what cannot be read.
   */
  refresh(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface CacheFile {
  url: string;
  etag?: string;
  fetchedAt: number;
  json: unknown;
}

/** After a failure the next try comes sooner than the interval says. */
const FIRST_RETRY_MS = 60_000;

export function createModelDiscovery<Listing>(options: ModelDiscoveryOptions<Listing>): ModelDiscovery<Listing> {
  const discovery = new Discovery(options);
  return {
    state: () => discovery.state,
    start: () => discovery.start(),
    refresh: (signal) => discovery.refresh(signal),
    close: () => discovery.close(),
  };
}

class Discovery<Listing> {
  state: DiscoveryState<Listing> = { listing: undefined, source: "none" };
  readonly #options: ModelDiscoveryOptions<Listing>;
  readonly #closing = new AbortController();
  #etag: string | undefined;
  #running: Promise<void> | undefined;
  #begun: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(options: ModelDiscoveryOptions<Listing>) {
    this.#options = options;
  }

  start(): void {
    this.#begun ??= this.#begin();
  }

  /** The request is shared; a caller's signal ends only that caller's waiting. */
  async refresh(signal?: AbortSignal): Promise<void> {
    this.#running ??= this.#ask().finally(() => {
      this.#running = undefined;
    });
    await (signal === undefined ? this.#running : Promise.race([this.#running, rejectOnAbort(signal)]));
  }

  async close(): Promise<void> {
    this.#closing.abort(new GatewayError("api_error", "The service is closing.", { status: 503 }));
    clearTimeout(this.#timer);
    await this.#begun;
    await this.#running?.catch(() => {});
    clearTimeout(this.#timer);
  }

  async #begin(): Promise<void> {
    const cached = await loadCache(this.#options);
    if (cached !== undefined && this.state.listing === undefined) this.#adoptCached(cached);
    await this.#tick();
  }

  #adoptCached(cached: CacheFile): void {
    try {
      const listing = this.#options.parse(cached.json);
      this.state = { listing, source: "disk", fetchedAt: cached.fetchedAt };
      this.#etag = cached.etag;
    } catch {
      // A file of an older form: the upstream is asked anyway.
    }
  }

  async #tick(): Promise<void> {
    try {
      await this.refresh();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!this.#closing.signal.aborted) this.#report(error);
    }
    this.#schedule();
  }

  #report(error: unknown): void {
    this.#options.log.warn("The list of models could not be refreshed; the last good one stays.", {
      problem: error instanceof Error ? error.message : String(error),
      source: this.state.source,
    });
  }

  #schedule(): void {
    if (this.#closing.signal.aborted) return;
    const { intervalMs } = this.#options;
    const wait = this.#failures === 0 ? intervalMs : Math.min(intervalMs, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => void this.#tick(), wait);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    try {
      await this.#askUpstream();
    } catch (error) {
      if (error instanceof GatewayError && !this.#closing.signal.aborted)
        this.state = { ...this.state, failure: error };
      throw error;
    }
  }

  async #askUpstream(): Promise<void> {
    const { url, http, nameFailure } = this.#options;
    const { listing } = this.state;
    const known = this.#etag === undefined || listing === undefined ? {} : { "if-none-match": this.#etag };
    const headers = { ...(await this.#options.headers()), ...known };
    const answer = await fetchText(http, { url, headers, signal: this.#closing.signal });
    const fetchedAt = Date.now();
    if (answer.status === 304 && listing !== undefined) {
      this.state = { listing, source: "upstream", fetchedAt };
      return;
    }
    if (answer.status !== 200) throw nameFailure(answer);
    const { json, listing: fresh } = parseListing(answer, this.#options);
    this.state = { listing: fresh, source: "upstream", fetchedAt };
    const etag = answer.headers["etag"];
    this.#etag = etag;
    await saveCache(this.#options, { url, fetchedAt, json, ...(etag === undefined ? {} : { etag }) });
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

function parseListing<Listing>(answer: TextAnswer, { parse, url }: ModelDiscoveryOptions<Listing>) {
  try {
    const json: unknown = JSON.parse(answer.text);
    return { json, listing: parse(json) };
  } catch (error) {
    const problem = error instanceof SyntaxError ? "it is not JSON" : error instanceof Error ? error.message : "";
    throw new GatewayError("api_error", `The list of models at ${new URL(url).host} cannot be read: ${problem}.`, {
      status: 502,
      failure: "network",
      cause: error,
    });
  }
}

async function loadCache<Listing>(options: ModelDiscoveryOptions<Listing>): Promise<CacheFile | undefined> {
  if (options.cacheFile === undefined) return undefined;
  try {
    const file = JSON.parse(await readFile(options.cacheFile, "utf8")) as CacheFile;
    // What another host listed says nothing of this one.
    return file.url === options.url && typeof file.fetchedAt === "number" ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
async function saveCache<Listing>(options: ModelDiscoveryOptions<Listing>, file: CacheFile): Promise<void> {
  if (options.cacheFile === undefined) return;
  const temporary = `${options.cacheFile}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(options.cacheFile), { recursive: true });
    await writeFile(temporary, JSON.stringify(file), { mode: 0o600 });
    await rename(temporary, options.cacheFile);
  } catch (error) {
    options.log.warn("The list of models could not be saved.", {
      file: options.cacheFile,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}
