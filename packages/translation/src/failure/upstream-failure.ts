import { GatewayError, type ApiErrorType, type FailureName } from "@switchyard/wire";

/** What an upstream's error answer means, and what the client sees if this is the end. */
export interface UpstreamFailure {
  failure: FailureName;
  /** HTTP status for the client. */
  status: number;
  type: ApiErrorType;
  message: string;
  /** Seconds until a retry makes sense; absent: the upstream did not say. */
  retryAfterSeconds?: number;
}

/** The same as an error that can be thrown, e.g. for an error body inside a 200. */
export function toGatewayError(failure: UpstreamFailure): GatewayError {
  return new GatewayError(failure.type, failure.message, {
    status: failure.status,
    failure: failure.failure,
    ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
  });
}
