/** Every way an attempt can fail, by name. Each has its own rule for retry, fallback, rest and breaker. */
export const FAILURE_NAMES = [
  "throttled",
  "throttled-without-window",
  "overloaded",
  "billing",
  "auth",
  "capability",
  "context-too-long",
  "content-policy",
  "bad-request",
  "model-not-found",
  "retired",
  "network",
  "timeout",
  "truncated",
  "unconfigured",
] as const;

export type FailureName = (typeof FAILURE_NAMES)[number];

export function isFailureName(text: unknown): text is FailureName {
  return typeof text === "string" && (FAILURE_NAMES as readonly string[]).includes(text);
}
