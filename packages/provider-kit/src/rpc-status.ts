import type { UpstreamFailure } from "./provider.ts";

/**
 * The error model of google.rpc.Status (cloud.google.com/apis/design/errors): what an error answer says
 * beyond its HTTP status.
 */
export interface RpcStatus {
  code: number;
  /** For example "RESOURCE_EXHAUSTED". */
  status: string;
  message: string;
  /** RetryInfo.retryDelay, in seconds. */
  retryDelaySeconds?: number;
  /** ErrorInfo.reason, for example "BILLING_DISABLED". */
  reason?: string;
  /** Names of the quotas that are used up, as far as the error names them. */
  quotas: readonly string[];
}

/** undefined where the body is no such error. Also reads one that stands in an array, or as text in another's message. */
export function parseRpcStatus(body: string): RpcStatus | undefined {
  const error = findError(parseJson(body), 0);
  if (error === undefined) return undefined;
  const details = Array.isArray(error["details"]) ? error["details"].filter(isRecord) : [];
  const retryDelaySeconds = details
    .map((detail) => parseDelay(detail["retryDelay"]))
    .find((delay) => delay !== undefined);
  const reason = details.map((detail) => detail["reason"]).find((text) => typeof text === "string");
  return {
    code: typeof error["code"] === "number" ? error["code"] : 0,
    status: typeof error["status"] === "string" ? error["status"] : "",
    message: typeof error["message"] === "string" ? error["message"] : "",
    quotas: details.flatMap(quotasOf),
    ...(retryDelaySeconds === undefined ? {} : { retryDelaySeconds }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What such an error means; undefined where its HTTP status alone says it. `now` is in ms since the epoch. */
export function readRpcFailure(httpStatus: number, body: string, now: number): UpstreamFailure | undefined {
  const rpc = parseRpcStatus(body);
  if (rpc === undefined) return undefined;
  const { message } = rpc;
  if (httpStatus === 429 || rpc.status === "RESOURCE_EXHAUSTED") return readExhausted(rpc, now);
  if (isBilling(rpc)) return { failure: "billing", status: 403, type: "billing_error", message };
  // A key that is not valid comes as 400 from the Gemini API.
  if (httpStatus === 401 || rpc.status === "UNAUTHENTICATED" || rpc.reason === "API_KEY_INVALID")
    return { failure: "auth", status: 401, type: "authentication_error", message };
  if (httpStatus === 403 || rpc.status === "PERMISSION_DENIED")
    return { failure: "auth", status: 403, type: "permission_error", message };
  if (httpStatus === 404) return { failure: "model-not-found", status: 404, type: "not_found_error", message };
  const tooLong = readContextTooLong(message);
  if (tooLong !== undefined)
    return { failure: "context-too-long", status: 400, type: "invalid_request_error", message: tooLong };
  if (httpStatus === 503 || rpc.status === "UNAVAILABLE")
    return { failure: "overloaded", status: 529, type: "overloaded_error", message };
  if (httpStatus === 504 || rpc.status === "DEADLINE_EXCEEDED")
    return { failure: "timeout", status: 504, type: "timeout_error", message };
  return undefined;
}

/** "Quota used up" with a window, until the day ends, or without any window (shared capacity). */
function readExhausted(rpc: RpcStatus, now: number): UpstreamFailure {
  const { message, retryDelaySeconds } = rpc;
  const base = { status: 429, type: "rate_limit_error", message } as const;
  if (rpc.quotas.some((quota) => /per_?day/i.test(quota)))
    return { ...base, failure: "throttled", retryAfterSeconds: secondsToPacificMidnight(now) };
  const retryAfterSeconds = retryDelaySeconds ?? parseDelay(/retry in ([0-9.]+s)/i.exec(message)?.[1]);
  if (retryAfterSeconds !== undefined) return { ...base, failure: "throttled", retryAfterSeconds };
  return { ...base, failure: /per_minute/i.test(message) ? "throttled" : "throttled-without-window" };
}

/** Daily quotas begin anew at midnight Pacific time (ai.google.dev/gemini-api/docs/rate-limits). */
export function secondsToPacificMidnight(now: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/Los_Angeles",
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(new Date(now));
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? "0");
  return 86_400 - (of("hour") * 3600 + of("minute") * 60 + of("second"));
}

function isBilling({ reason, message }: RpcStatus): boolean {
  return reason === "BILLING_DISABLED" || /billing (account|to be enabled)|enable billing/i.test(message);
}

/** In the words that make Claude Code compact the conversation. */
function readContextTooLong(message: string): string | undefined {
  const match = /(?:token count|prompt is too long)\D*(\d+)\D+(\d+)/i.exec(message);
  if (match === null || !/exceed|maximum|too long/i.test(message)) return undefined;
  return `prompt is too long: ${match[1]} tokens > ${match[2]} maximum`;
}

function quotasOf(detail: Record<string, unknown>): string[] {
  const violations = Array.isArray(detail["violations"]) ? detail["violations"].filter(isRecord) : [];
  const metadata = isRecord(detail["metadata"]) ? detail["metadata"] : {};
  return [
    ...violations.flatMap((violation) => [violation["quotaId"], violation["quotaMetric"]]),
    metadata["quota_limit"],
    metadata["quota_metric"],
  ].filter((name) => typeof name === "string");
}

/** "34.4s" in seconds. */
function parseDelay(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

const DEEPEST = 3;

function findError(json: unknown, depth: number): Record<string, unknown> | undefined {
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(json)) return findError(json[0], depth + 1);
  if (!isRecord(json) || !isRecord(json["error"])) return undefined;
  const { error } = json;
  const message = error["message"];
  const inner = typeof message === "string" && message.trimStart().startsWith("{") ? parseJson(message) : undefined;
  return findError(inner, depth + 1) ?? (typeof error["code"] === "number" ? error : undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
