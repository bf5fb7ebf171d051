import { endWithError } from "@switchyard/service-kit";
import { GatewayError, HEADERS } from "@switchyard/wire";

import { type Ending, explainLoss, type Loss } from "../attempts/explain-loss.ts";
import { FAILURE_RULES } from "../attempts/failure-rules.ts";
import { failureOfPassed } from "../attempts/passed-failure.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RequestEnd } from "../providers/traffic.ts";
import type { MessageRequest, Refusal } from "./message-request.ts";

/** Tells the client that nobody could answer: with its true status, or, after early headers, in an event. */
export function refuse(context: GatewayContext, refusal: Refusal): RequestEnd {
  const { run, early, planned, scope } = refusal;
  const missing = (name: string) =>
    planned.settings.providers.find((provider) => provider.name === name)?.missing ?? [];
  const losses = listLosses(context, refusal);
  const ending = explainLoss(losses, missing);
  const { error } = ending;
  const last = losses.at(-1)?.candidate;
  context.metrics.requests.inc({
    provider: last?.provider ?? "",
    model: last?.model.canonical ?? "",
    status: String(error.status),
    failure: error.failure ?? "",
  });
  context.logger.warn("request refused after attempts", {
    requestId: scope.requestId,
    status: error.status,
    attempts: run.attempts,
    reason: error.message,
  });
  if (early?.sent === true) endEarly(refusal, error);
  else sendEnding(refusal, ending, run.attempts);
  return { outcome: "failure", attempts: run.attempts, rateLimited: error.status === 429 };
}

/** Who was asked, then who was passed over. */
function listLosses({ state }: GatewayContext, { run, planned }: Refusal): Loss[] {
  const asked = run.tried.map((one) => ({ ...one, asked: true }));
  const snapshot = state.snapshot();
  const passed = run.passed.map((one) => {
    const { bucket } = planned.toTake(one.candidate);
    const failure = failureOfPassed(one, snapshot, { now: Date.now(), bucket });
    return { candidate: one.candidate, failure, asked: false };
  });
  return [...asked, ...passed];
}

function sendEnding({ response, scope }: MessageRequest, ending: Ending, attempts: number): void {
  const raw = ending.kind === "raw" ? ending.answer : undefined;
  const body = raw?.body ?? Buffer.from(JSON.stringify(ending.error.toEnvelope(scope.requestId)));
  response.writeHead(raw?.status ?? ending.error.status, {
    ...ending.error.headers,
    [HEADERS.requestId]: scope.requestId,
    [HEADERS.attempts]: String(attempts),
    "content-type": raw?.contentType ?? "application/json",
    "content-length": body.length,
  });
  response.end(body);
}

/**
 * The head is out as a 200: an error event is the last way to say it. Where a retry could help it is
 * overloaded_error, which clients retry as a stream and with patience.
 */
export function endEarly({ response, scope }: Pick<MessageRequest, "response" | "scope">, thrown: unknown): void {
  const error = thrown instanceof GatewayError ? thrown : new GatewayError("api_error", "Internal server error");
  const mayPass = error.failure !== undefined && FAILURE_RULES[error.failure].mayPass;
  const told = mayPass ? new GatewayError("overloaded_error", error.message) : error;
  endWithError(response, told, scope.requestId);
}
