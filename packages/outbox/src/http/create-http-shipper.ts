import { HEADERS } from "@switchyard/wire";
import type { HttpAnswer, HttpClient, Secret } from "@switchyard/service-kit";

import { type Shipper, UsageRefused } from "../outbox.ts";

export interface HttpShipperOptions {
  /** Of the worker, without a path: http://127.0.0.1:8090. */
  url: string;
  /** The mesh's inner token. */
  token?: Secret;
  http: HttpClient;
  /** Until the ledger has answered, in ms. Default 30,000. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
/** What is read of an answer, for the reason in it. */
const REASON_BYTES = 4096;
/** Not understood, too large: asking again for the same is of no use. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);

/** Posts entries to the worker's /usage; the ledger has them when it answers 200. */
export function createHttpShipper({ url, token, http, timeoutMs = TIMEOUT_MS }: HttpShipperOptions): Shipper {
  const target = `${url.replace(/\/+$/, "")}/usage`;
  const closing = new AbortController();
  return {
    async ship(events) {
      closing.signal.throwIfAborted();
      const answer = await http.send({
        method: "POST",
        url: target,
        headers: {
          "content-type": "application/json",
          ...(token === undefined ? {} : { [HEADERS.innerToken]: token.reveal() }),
        },
        body: Buffer.from(JSON.stringify({ events })),
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      const reason = await readReason(answer);
      if (answer.status === 200) return;
      const problem = `the worker at ${url} answered ${answer.status}${reason === "" ? "" : `: ${reason}`}`;
      throw REFUSALS.has(answer.status) ? new UsageRefused(problem) : new Error(problem);
    },
    async close() {
      closing.abort(new Error("the outbox is closed"));
    },
  };
}

/** The message of an error in our envelope, or the beginning of the body. Reads to the end, so that the connection is kept. */
async function readReason(answer: HttpAnswer): Promise<string> {
  let text = "";
  for await (const piece of answer.body) {
    if (text.length < REASON_BYTES) text += String(piece);
  }
  return answer.status === 200 ? "" : (readMessage(text) ?? text.slice(0, 200));
}

function readMessage(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } | null };
    return typeof error?.message === "string" ? error.message : undefined;
  } catch {
    return undefined;
  }
}
