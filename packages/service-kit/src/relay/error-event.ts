import type { ServerResponse } from "node:http";

import { type GatewayError, formatStreamEvent } from "@switchyard/wire";

/** What goes with every stream of events; proxies in between must not collect it. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
});

export const PING_EVENT = formatStreamEvent({ type: "ping" });

export function formatErrorEvent(error: GatewayError, requestId?: string): string {
  return formatStreamEvent(error.toEnvelope(requestId));
}

/** Ends a stream that has begun with the one error event that says why. */
export function endWithError(response: ServerResponse, error: GatewayError, requestId?: string): void {
  if (response.writableEnded || response.destroyed) return;
  response.end(formatErrorEvent(error, requestId));
}
