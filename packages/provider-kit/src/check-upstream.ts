import type { HttpClient } from "@switchyard/service-kit";
import { readAnthropicFailure, readOpenAiFailure, toGatewayError } from "@switchyard/translation";
import type { GatewayError } from "@switchyard/wire";

import { fetchText, type FetchTextOptions, type TextAnswer } from "./fetch-text.ts";
import type { Provider } from "./provider.ts";

export interface FailureReading {
  family: "anthropic" | "openai";
  /** The provider's own reading, which goes first. */
  readFailure?: Provider["readFailure"];
}

/**
 * A request that proves credential and upstream; gives the answer when it is a success.
 *
 * @throws GatewayError with the failure's name
 */
export async function checkUpstream(
  http: HttpClient,
  request: FetchTextOptions,
  reading: FailureReading,
): Promise<TextAnswer> {
  const answer = await fetchText(http, request);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw nameFailedAnswer(answer, reading);
}

/** An error answer as an error that says what it means. */
export function nameFailedAnswer({ status, headers, text }: TextAnswer, reading: FailureReading): GatewayError {
  const readFamily = reading.family === "anthropic" ? readAnthropicFailure : readOpenAiFailure;
  return toGatewayError(reading.readFailure?.(status, headers, text) ?? readFamily(status, headers, text));
}
