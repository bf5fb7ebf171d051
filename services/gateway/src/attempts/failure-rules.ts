import type { ApiErrorType, FailureName } from "@switchyard/wire";

/** What a failure of an attempt means for the request, the candidate and the provider. */
export interface FailureRule {
  /** Worth another try on the same candidate (within the provider's max_retries). */
  retry: boolean;
  /** Whether another candidate may make it good. "longer": only one with more room for it. */
  fallback: "yes" | "longer" | "no";
  /** The provider's other candidates for this request: in their order, after everybody else's, or not at all. */
  sameProvider: "yes" | "last" | "no";
  /** Asks for FALLBACK_DELAY when the next candidate is of the same provider. */
  delay: boolean;
  /**
   * Who is left alone and how long: until the time that the upstream named (by backoff, where it named none), or
   * until the configuration (or what the service says of itself) changes.
   */
  rest?: { scope: "provider" | "bucket" | "target"; until: "retry-after" | "change" };
  /**
   * How the request ends when this is what it ends with. "own": with the status and the words of the
   * upstream. Never so where they tell of a credential that is ours: they would end the client's session.
   */
  end: "own" | { status: number; type: ApiErrorType };
  /** Said of the provider's health: false for what the request itself brought about. */
  countsAgainst: boolean;
  /** A later try may succeed without anybody changing anything. */
  mayPass: boolean;
}

/** One row for each way to fail. */
export const FAILURE_RULES: Readonly<Record<FailureName, FailureRule>> = Object.freeze({
  throttled: {
    retry: false,
    fallback: "yes",
    sameProvider: "yes",
    delay: false,
    rest: { scope: "bucket", until: "retry-after" },
    end: "own",
    countsAgainst: false,
    mayPass: true,
  },
  // Nobody knows until when: a short rest, longer each time.
  "throttled-without-window": {
    retry: false,
    fallback: "yes",
    sameProvider: "yes",
    delay: true,
    rest: { scope: "bucket", until: "retry-after" },
    end: "own",
    countsAgainst: false,
    mayPass: true,
  },
  overloaded: {
    retry: true,
    fallback: "yes",
    sameProvider: "last",
    delay: true,
    end: "own",
    countsAgainst: true,
    mayPass: true,
  },
  billing: {
    retry: false,
    fallback: "yes",
    sameProvider: "no",
    delay: false,
    rest: { scope: "provider", until: "change" },
    end: { status: 503, type: "api_error" },
    countsAgainst: true,
    mayPass: false,
  },
  auth: {
    retry: false,
    fallback: "yes",
    sameProvider: "no",
    delay: false,
    rest: { scope: "provider", until: "change" },
    end: { status: 503, type: "api_error" },
    countsAgainst: true,
    mayPass: false,
  },
  capability: {
    retry: false,
    fallback: "yes",
    sameProvider: "yes",
    delay: false,
    end: "own",
    countsAgainst: false,
    mayPass: false,
  },
  "context-too-long": {
    retry: false,
    fallback: "longer",
    sameProvider: "yes",
    delay: false,
    end: "own",
    countsAgainst: false,
    mayPass: false,
  },
  "content-policy": {
    retry: false,
    fallback: "no",
    sameProvider: "no",
    delay: false,
    end: "own",
    countsAgainst: false,
    mayPass: false,
  },
  "bad-request": {
    retry: false,
    fallback: "no",
    sameProvider: "no",
    delay: false,
    end: "own",
    countsAgainst: false,
    mayPass: false,
  },
  "model-not-found": {
    retry: false,
    fallback: "yes",
    sameProvider: "yes",
    delay: false,
    rest: { scope: "target", until: "change" },
    end: "own",
    countsAgainst: false,
    mayPass: false,
  },
  retired: {
    retry: false,
    fallback: "yes",
    sameProvider: "yes",
    delay: false,
    rest: { scope: "target", until: "change" },
    end: { status: 404, type: "not_found_error" },
    countsAgainst: false,
    mayPass: false,
  },
  network: {
    retry: true,
    fallback: "yes",
    sameProvider: "no",
    delay: false,
    end: { status: 502, type: "api_error" },
    countsAgainst: true,
    mayPass: true,
  },
  timeout: {
    retry: false,
    fallback: "yes",
    sameProvider: "last",
    delay: false,
    end: { status: 504, type: "timeout_error" },
    countsAgainst: true,
    mayPass: true,
  },
  truncated: {
    retry: false,
    fallback: "yes",
    sameProvider: "yes",
    delay: false,
    end: { status: 502, type: "api_error" },
    countsAgainst: true,
    mayPass: true,
  },
  unconfigured: {
    retry: false,
    fallback: "yes",
    sameProvider: "no",
    delay: false,
    rest: { scope: "provider", until: "change" },
    end: { status: 503, type: "api_error" },
    countsAgainst: false,
    mayPass: false,
  },
});
