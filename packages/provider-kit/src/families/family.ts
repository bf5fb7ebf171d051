import type { Readable } from "node:stream";

import type { RequestBody } from "@switchyard/service-kit";
import type { BodyScan, RequestFacts, Warning } from "@switchyard/wire";

import type { RequestContext, UpstreamFailure } from "../provider.ts";

/** A request of the Messages API as it came in. */
export interface IncomingMessages {
  /** The body as the pieces in which it came. */
  readonly chunks: readonly Buffer[];
  /** The body in one piece; joined when first asked for. */
  body(): Buffer;
  /** Where everything lies in the body; scanned when first asked for. */
  scan(): BodyScan;
  readonly facts: RequestFacts;
  readonly context: RequestContext;
}

/** One upstream request, ready to be sent, and how its answer becomes one of the Messages API. */
export interface UpstreamCall {
  url: string;
  /** Without the credential. */
  headers: Record<string, string>;
  body: RequestBody;
  /** What had to be changed or left out for this target. */
  warnings: readonly Warning[];
  /** The bytes of a 200 in the Messages API: events, or one JSON message. Errors of the source end it with that error. */
  read(body: Readable): Readable;
  /** The input figures of its message_start are an estimate. */
  startIsEstimate: boolean;
}

/** One of the two ways to speak to an upstream. */
export interface Family {
  /** @throws GatewayError for a request that this target cannot serve */
  createCall(incoming: IncomingMessages): UpstreamCall;
  /** The call that counts tokens; undefined: the upstream has none. */
  createCountCall?(incoming: IncomingMessages): UpstreamCall | undefined;
  readFailure(status: number, headers: Readonly<Record<string, string>>, body: string): UpstreamFailure;
  /** True where error bodies are Anthropic's own envelope and reach the client as they came. */
  readonly speaksMessages: boolean;
}
