import type { HttpClient } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";

export interface FetchTextOptions {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  body?: string;
  signal?: AbortSignal;
  /** For the whole exchange, in ms. */
  timeoutMs?: number;
  /** A longer answer is refused. */
  maxBytes?: number;
}

export interface TextAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

/**
 * A small request of the service's own (listings, checks), read to its end, whatever its status.
 *
 * @throws GatewayError with failure "network" or "timeout"; the signal's reason when it was aborted.
 */
export async function fetchText(http: HttpClient, options: FetchTextOptions): Promise<TextAnswer> {
  const { url, headers, body, signal, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const answer = await http.send({
      method: body === undefined ? "GET" : "POST",
      url,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body }),
      signal: either,
    });
    const stop = (): void => void answer.body.destroy(either.reason as Error);
    either.addEventListener("abort", stop, { once: true });
    try {
      return { status: answer.status, headers: answer.headers, text: await readText(answer.body, maxBytes) };
    } finally {
      either.removeEventListener("abort", stop);
    }
  } catch (error) {
    throw nameError(error, url, { signal, timeout, timeoutMs });
  }
}

async function readText(body: AsyncIterable<unknown>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes)
      throw new GatewayError("api_error", `The answer is longer than ${maxBytes} bytes.`, {
        status: 502,
        failure: "network",
      });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

interface Stops {
  signal: AbortSignal | undefined;
  timeout: AbortSignal;
  timeoutMs: number;
}

function nameError(error: unknown, url: string, { signal, timeout, timeoutMs }: Stops): unknown {
  if (signal?.aborted === true) return signal.reason;
  const host = new URL(url).host;
  if (timeout.aborted)
    return new GatewayError("timeout_error", `${host} did not answer within ${timeoutMs} ms.`, { failure: "timeout" });
  if (error instanceof GatewayError) return error;
  return new GatewayError("api_error", `${host} broke off its answer.`, {
    status: 502,
    failure: "network",
    cause: error,
  });
}
