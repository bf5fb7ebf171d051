import type { ServerResponse } from "node:http";

import { GatewayError, HEADERS } from "@switchyard/wire";

import type { CallerKind } from "../access/create-access-guard.ts";

/** Whatever was thrown as an error that can be answered. What nobody foresaw tells nothing about itself. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const status = isObject(error) ? error["status"] : undefined;
  if (typeof status === "number" && status >= 400 && status < 500 && error instanceof Error) {
    return new GatewayError("invalid_request_error", error.message, { status, cause: error });
  }
  return new GatewayError("api_error", "Internal server error", { cause: error });
}

/** Answers with Anthropic's envelope. Nothing happens when the head of an answer is already out. */
export function sendError(
  response: ServerResponse,
  error: GatewayError,
  { requestId, caller }: { requestId: string; caller: CallerKind },
): void {
  if (response.headersSent) return;
  const body = error.body ?? JSON.stringify(error.toEnvelope(requestId));
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  response.setHeader(HEADERS.requestId, requestId);
  if (caller === "inner" && error.failure !== undefined) response.setHeader(HEADERS.failure, error.failure);
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", Buffer.byteLength(body));
  response.statusCode = error.status;
  response.end(body);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
