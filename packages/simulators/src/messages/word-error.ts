import { errorTypeOfStatus } from "@switchyard/wire";
import type { ErrorWish, Exchange, Frame, JsonAnswer } from "../engine/dialect.ts";

/**
 * Errors of the Messages API. Source: platform.claude.com/docs/en/api/errors (shape, types, statuses) and messages seen
 * in the issue trackers of its clients; read 2026-11.
 */
const MESSAGES: Readonly<Record<number, string>> = {
  400: "Invalid request",
  401: "invalid x-api-key",
  402: "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
  403: "Your API key does not have permission to use the specified resource.",
  404: "Not found",
  409: "The request conflicts with the current state of the resource.",
  413: "Request exceeds the maximum size",
  429: "This request would exceed your organization's rate limit. For details, refer to: https://docs.claude.com/en/api/rate-limits.",
  500: "Internal server error",
  503: "Service unavailable",
  504: "Request timed out",
  529: "Overloaded",
};

export function wordMessagesError(wish: ErrorWish, requestId: string | undefined): JsonAnswer {
  return {
    status: wish.status,
    body: {
      type: "error",
      error: {
        type: wish.type ?? errorTypeOfStatus(wish.status),
        message: wish.message ?? MESSAGES[wish.status] ?? "Internal server error",
      },
      ...(requestId === undefined ? {} : { request_id: requestId }),
    },
  };
}

/** An error inside a stream; the status that it would have had is nowhere to be seen. */
export function wordMessagesErrorFrames(wish: ErrorWish, exchange: Exchange): Frame[] {
  const { body } = wordMessagesError(wish, exchange.requestId);
  return [{ event: "error", data: JSON.stringify(body) }];
}
