import type { FailureName } from "./failures.ts";

/** The error types of the Messages API (platform.claude.com/docs/en/api/errors). */
export type ApiErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "conflict_error"
  | "request_too_large"
  | "rate_limit_error"
  | "api_error"
  | "timeout_error"
  | "overloaded_error";

/** The envelope that every failed request is answered with. */
export interface ErrorEnvelope {
  type: "error";
  error: { type: ApiErrorType | (string & {}); message: string; details?: Record<string, unknown> };
  request_id?: string;
}

export const STATUS_OF_ERROR_TYPE: Readonly<Record<ApiErrorType, number>> = Object.freeze({
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
});

export interface GatewayErrorOptions {
  /** HTTP status; default: the one that belongs to the type. */
  status?: number;
  /** What failed, in the words that routing understands. Absent: nobody's failure but the client's. */
  failure?: FailureName;
  /** Seconds until a retry makes sense; becomes `retry-after`. */
  retryAfterSeconds?: number;
  /** More response headers, lower case. */
  headers?: Record<string, string>;
  details?: Record<string, unknown>;
  /** The answer's exact JSON, where an upstream that speaks this API worded it: sent as it came. */
  body?: string;
  cause?: unknown;
}

/** An error with everything that its answer needs; thrown anywhere, rendered in one place. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly type: ApiErrorType;
  readonly status: number;
  readonly failure: FailureName | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Record<string, unknown> | undefined;
  readonly body: string | undefined;

  constructor(type: ApiErrorType, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.type = type;
    this.status = options.status ?? STATUS_OF_ERROR_TYPE[type];
    this.failure = options.failure;
    this.details = options.details;
    this.body = options.body;
    const retryAfter = options.retryAfterSeconds;
    this.headers = Object.freeze({
      ...options.headers,
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfter))) }),
    });
  }

  toEnvelope(requestId?: string): ErrorEnvelope {
    return {
      type: "error",
      error: {
        type: this.type,
        message: this.message,
        ...(this.details === undefined ? {} : { details: this.details }),
      },
      ...(requestId === undefined ? {} : { request_id: requestId }),
    };
  }
}

/** The type that a bare HTTP status stands for, where an upstream sends no envelope. */
export function errorTypeOfStatus(status: number): ApiErrorType {
  for (const [type, its] of Object.entries(STATUS_OF_ERROR_TYPE)) if (its === status) return type as ApiErrorType;
  if (status === 503) return "overloaded_error";
  if (status === 408) return "timeout_error";
  return status >= 400 && status < 500 ? "invalid_request_error" : "api_error";
}
