import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { TLSSocket } from "node:tls";

import { GatewayError } from "@switchyard/wire";

import type { Agents } from "./create-agents.ts";
import { describeTarget, mapNetworkError, networkErrorCode } from "./map-network-error.ts";

/** Bytes, in one piece or several; or text. */
export type RequestBody = Buffer | string | readonly Buffer[];

export interface OutgoingRequest {
  method: string;
  url: URL;
  headers: http.OutgoingHttpHeaders;
  body?: RequestBody;
  signal?: AbortSignal;
  connectTimeoutMs: number;
  /** Until the status line; 0: no limit of its own. */
  answerTimeoutMs: number;
  /** Only a pooled socket that had lain idle for so long can have gone stale. */
  staleAfterMs: number;
}

/**
 * A pooled socket that the other side closed while it lay idle fails within a round trip. A reset that
 * comes later, or on a socket that was in use just now, is an answer of its kind: the request may have been
 * worked on, and is not repeated.
 */
const STALE_WITHIN_MS = 1000;

export interface SentRequest {
  /** The answer's head has come. */
  response: IncomingMessage;
  /** In the clock of performance.now(): a connection took the request; the head had come. */
  sentAt: number;
  headAt: number;
}

/**
 * Sends one request and resolves with the answer's head, whatever its status.
 *
 * @throws GatewayError with failure "network" or "timeout"; the signal's reason when it was aborted.
 */
export async function sendRequest(request: OutgoingRequest, agents: Agents): Promise<SentRequest> {
  const startedAt = performance.now();
  try {
    return await sendOnce(request, agents, "pooled");
  } catch (error) {
    if (!(error instanceof StaleSocketError) || performance.now() - startedAt > STALE_WITHIN_MS) throw unwrap(error);
  }
  return await sendOnce(request, agents, "fresh").catch((error: unknown) => {
    throw unwrap(error);
  });
}

class StaleSocketError extends Error {
  override readonly name = "StaleSocketError";
  readonly gatewayError: GatewayError;

  constructor(gatewayError: GatewayError) {
    super(gatewayError.message, { cause: gatewayError });
    this.gatewayError = gatewayError;
  }
}

function unwrap(error: unknown): unknown {
  return error instanceof StaleSocketError ? error.gatewayError : error;
}

/** No function in here refers to `request`: they live as long as the answer, and would keep its body that long. */
function sendOnce(request: OutgoingRequest, agents: Agents, kind: "pooled" | "fresh"): Promise<SentRequest> {
  const { signal, url, staleAfterMs } = request;
  const { promise, resolve, reject } = Promise.withResolvers<SentRequest>();
  if (signal?.aborted === true) {
    reject(signal.reason as Error);
    return promise;
  }
  const outgoing = openRequest(request, agents[kind]);
  let idleMs = 0;
  let sentAt = 0;
  outgoing.once("socket", (socket) => {
    sentAt = performance.now();
    if (outgoing.reusedSocket) idleMs = agents.idleBefore(socket);
  });
  const timers = startTimers(request, outgoing);
  const onAbort = () => outgoing.destroy(asError(signal?.reason));
  signal?.addEventListener("abort", onAbort, { once: true });
  outgoing.once("close", () => signal?.removeEventListener("abort", onAbort));
  outgoing.once("response", (response: IncomingMessage) => {
    timers.clear();
    resolve({ response, sentAt, headAt: performance.now() });
  });
  outgoing.on("error", (error) => {
    timers.clear();
    if (signal?.aborted === true) reject(signal.reason as Error);
    else if (idleMs >= staleAfterMs && outgoing.reusedSocket && isReset(error))
      reject(new StaleSocketError(mapNetworkError(error, url)));
    else reject(mapNetworkError(error, url));
  });
  sendBody(outgoing, request.body);
  return promise;
}

function sendBody(outgoing: ClientRequest, body: RequestBody | undefined): void {
  if (!isPieces(body)) {
    outgoing.end(body);
    return;
  }
  for (const piece of body) outgoing.write(piece);
  outgoing.end();
}

function isPieces(body: RequestBody | undefined): body is readonly Buffer[] {
  return Array.isArray(body);
}

function openRequest({ method, url, headers }: OutgoingRequest, agents: Agents["pooled"]): ClientRequest {
  const options: http.RequestOptions = {
    method,
    host: unbracket(url.hostname),
    port: url.port === "" ? undefined : Number(url.port),
    path: url.pathname + url.search,
    headers,
  };
  return url.protocol === "https:"
    ? https.request({ ...options, agent: agents.https })
    : http.request({ ...options, agent: agents.http });
}

function unbracket(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

function startTimers(request: OutgoingRequest, outgoing: ClientRequest): { clear(): void } {
  const { connectTimeoutMs, answerTimeoutMs, url } = request;
  const give = (message: string) =>
    outgoing.destroy(new GatewayError("timeout_error", `${describeTarget(url)} ${message}`, { failure: "timeout" }));
  const connecting = setTimeout(
    () => give(`did not accept a connection within ${connectTimeoutMs} ms.`),
    connectTimeoutMs,
  );
  const answering =
    answerTimeoutMs > 0
      ? setTimeout(() => give(`did not answer within ${answerTimeoutMs} ms.`), answerTimeoutMs)
      : undefined;
  const connected = () => clearTimeout(connecting);
  outgoing.once("socket", (socket) => {
    const { secureConnecting } = socket as TLSSocket & { secureConnecting?: boolean };
    if (secureConnecting === true) socket.once("secureConnect", connected);
    else if (socket.connecting) socket.once("connect", connected);
    else connected();
  });
  return {
    clear: () => {
      clearTimeout(connecting);
      clearTimeout(answering);
    },
  };
}

function isReset(error: Error): boolean {
  const code = networkErrorCode(error);
  return code === "ECONNRESET" || code === "EPIPE";
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("The request was aborted.", { cause: reason });
}
