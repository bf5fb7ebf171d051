/**
 * The plug-in interface between the engine and a provider's API.
 *
 * A kind of simulator is a list of dialects, one per endpoint. The engine reads the body, finds the dialect by method
 * and path, lets it `check` the request, asks script and brain for a scenario, lets the dialect put that scenario into
 * the provider's words, and delivers the result: delays, write modes, compression, faults. A dialect never touches a
 * socket; it is handed an `Exchange` and returns data.
 *
 * To add an API: write a function `(context: DialectContext) => KindDefinition` and enter it in src/kinds.ts.
 */
import type { RequestWeight } from "../quotas/quota-report.ts";
import type { ConversationView, RecordedRequest, Scenario } from "../scenario.ts";

/** One request on its way through a dialect. */
export interface Exchange {
  readonly request: RecordedRequest;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** What the path's pattern captured, percent-decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed body; undefined when there is none or it is not JSON (then `jsonError` says why). */
  readonly json: unknown;
  readonly jsonError?: string;
  /** Length of the body in bytes. */
  readonly bodyBytes: number;
  /** Id that the answer carries; the dialect puts it where its provider does. */
  readonly requestId: string;
}

/** An answer that is not streamed; errors too. `body` is serialised unless it is a string. */
export interface JsonAnswer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** One server-sent event. `data` holds no line break. */
export interface Frame {
  event?: string;
  data: string;
}

export interface StreamAnswer {
  headers?: Record<string, string>;
  frames: readonly Frame[];
  /** Type of the body; default "text/event-stream; charset=utf-8". */
  contentType?: string;
}

/** An error to be worded as the provider words it. */
export interface ErrorWish {
  status: number;
  type?: string;
  message?: string;
}

export interface Dialect {
  /** Name of the endpoint, e.g. "messages"; stands in RecordedRequest.dialect. */
  readonly name: string;
  readonly method: "GET" | "POST" | "HEAD";
  /** Matched against the path without query; named groups become `parameters`. */
  readonly path: RegExp;
  /** Largest body in bytes; a larger one is refused by `wordError` with 413. Default 32 MiB. */
  readonly bodyLimit?: number;
  /** Credential, headers and body, strictly; returns the provider's refusal, or undefined when all is well. */
  check(exchange: Exchange): JsonAnswer | undefined;
  /** The provider's own status, headers, shape and default message of an error. */
  wordError(error: ErrorWish, exchange: Exchange): JsonAnswer;
  /** An endpoint that generates has this, all others have `respond`. */
  readonly generation?: Generation;
  respond?(exchange: Exchange): JsonAnswer;
}

export interface Generation {
  view(exchange: Exchange): ConversationView;
  answer(exchange: Exchange, scenario: Scenario): JsonAnswer;
  stream(exchange: Exchange, scenario: Scenario): StreamAnswer;
  /**
   * An error inside a stream that has begun, terminator included where the provider sends one. `framesBefore` is how
   * many frames of the answer go out before it.
   */
  errorFrames(error: ErrorWish, exchange: Exchange, framesBefore: number): readonly Frame[];
  /** Puts the framing back around recorded data lines; `exchange` tells nothing about them. */
  recordedFrames(dataLines: readonly string[]): readonly Frame[];
  /** What the request takes of quotas, in this provider's count. */
  weigh(exchange: Exchange): RequestWeight;
  /** Tokens that the answer counts as output. */
  countOutput(exchange: Exchange, scenario: Scenario): number;
  /** The provider's keep-alive event; absent: it has none and comments stand in. */
  readonly ping?: Frame;
  /** The provider's keep-alive comment, without the colon. Default " keep-alive". */
  readonly comment?: string;
}

/** One kind of simulator: its endpoints and how it answers what it does not know. */
export interface KindDefinition {
  dialects: readonly Dialect[];
  /** Appended to the simulator's URL to make `baseUrl`, e.g. "/api/v1". Default "". */
  basePath?: string;
  /** Answers paths that no dialect serves. Default: 404 "Not Found". */
  notFound?(exchange: Exchange): JsonAnswer;
  /** Name of the response header that carries the request id, e.g. "request-id"; absent: none. */
  requestIdHeader?: string;
  /** Makes a request id; default `req_` and 24 characters. */
  createRequestId?(): string;
}

/** What every dialect is built with. Dialects keep their state in closures, one set per simulator. */
export interface DialectContext {
  readonly kind: string;
  /** ms since the epoch. */
  now: () => number;
  /** Credentials that are accepted; undefined: any that is not empty and not "invalid". */
  readonly credentials?: readonly string[];
  /** What makes reasoning signatures unforgeable; the same secret and model family verify each other's. */
  readonly signatureSecret: string;
  /** Rate limits that the answers' headers show; enforced when `enforceLimits` is set. */
  readonly limits: SimulatedLimits;
  readonly enforceLimits: boolean;
  /** ms that a prompt cache of five minutes lives; one of an hour lives twelve times as long. Default 300,000. */
  readonly promptCacheMs?: number;
  /** Models besides the provider's own that the endpoints which check names know. */
  readonly models?: readonly SimulatedModel[];
}

/** A model that a simulator is told of. What is left out is as with the provider's usual models. */
export interface SimulatedModel {
  id: string;
  contextWindow?: number;
  maxOutputTokens?: number;
  reasoning?: boolean;
}

/** Per minute. */
export interface SimulatedLimits {
  requests: number;
  inputTokens: number;
  outputTokens: number;
}

export type DialectFactory = (context: DialectContext) => KindDefinition;
