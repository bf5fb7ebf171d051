import type { FailureName } from "@switchyard/wire";

/** An error answer of an upstream and how it is to be read. */
export interface FailureCase {
  name: string;
  status: number;
  headers?: Record<string, string>;
  body: unknown;
  failure: FailureName;
  /** Status for the client, when it is not the upstream's. */
  told?: number;
  retryAfterSeconds?: number;
  message?: string;
}

export const NOW = Date.parse("2026-11-20T12:00:00Z");

export function openAi(message: string, code: string | null = null, type = "invalid_request_error"): unknown {
  return { error: { message, type, param: null, code } };
}

export function google(code: number, status: string, message: string, details: unknown[] = []): unknown {
  return [{ error: { code, message, status, details } }];
}
