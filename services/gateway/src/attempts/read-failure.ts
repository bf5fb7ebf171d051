import type { HttpAnswer } from "@switchyard/service-kit";
import {
  errorTypeOfStatus,
  failureOfError,
  failureOfStatus,
  GatewayError,
  HEADERS,
  isFailureName,
  NO_USAGE,
  readObservations,
  readRejections,
  readRetryAfter,
} from "@switchyard/wire";

import { answerHeaders } from "../forward-headers.ts";
import type { AttemptFailure, AttemptResult } from "./attempt.ts";

export interface FailureContext {
  /** The provider is used with the client's own credential. */
  clientCredential: boolean;
  simulated: boolean;
}

/** An error answer larger than this is cut: its words, not its bulk, are wanted. */
const MAX_ERROR_BYTES = 1_048_576;
/** An error answer that does not come whole within this time is taken as far as it came. */
const ERROR_BODY_MS = 5000;

/** Reads what a provider service answered instead of a 200. */
export async function failureOfAnswer(
  answer: HttpAnswer,
  context: FailureContext,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const body = await readErrorBody(answer);
  if (signal.aborted) return { kind: "aborted", usage: NO_USAGE };
  const { type, message } = readEnvelope(body, answer.status);
  const named = answer.headers[HEADERS.failure];
  const retryAfterSeconds = readRetryAfter(answer.headers);
  const observations = readObservations(answer.headers[HEADERS.limits]);
  const rejections = readRejections(answer.headers[HEADERS.rejected]);
  const failure: AttemptFailure = {
    name: isFailureName(named) ? named : guessName(answer.status, { type, message, retryAfterSeconds }),
    status: answer.status,
    type,
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    raw: { status: answer.status, contentType: answer.headers["content-type"] ?? "application/json", body },
    headers: answerHeaders(answer.headers),
    clientCredential: context.clientCredential,
    ...(observations.length === 0 ? {} : { observations }),
    ...(rejections.length === 0 ? {} : { rejections }),
  };
  return { kind: "failed", failure, usage: NO_USAGE };
}

/** An attempt that ended without an error answer: by our own timeouts, the network, or an error inside a 200. */
export function failureOfThrown(error: unknown, context: FailureContext): AttemptFailure {
  const known =
    error instanceof GatewayError ? error : new GatewayError("api_error", "The attempt failed", { cause: error });
  const retryAfterSeconds = readRetryAfter(known.headers);
  return {
    name: known.failure ?? failureOfError(known.type, known.message),
    status: known.status,
    type: known.type,
    message: known.message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    headers: {},
    clientCredential: context.clientCredential,
  };
}

function guessName(status: number, error: { type: string; message: string; retryAfterSeconds: number | undefined }) {
  const name =
    error.type === errorTypeOfStatus(status) ? failureOfError(error.type, error.message) : failureOfStatus(status);
  return name === "throttled-without-window" && error.retryAfterSeconds !== undefined ? "throttled" : name;
}

function readEnvelope(body: Buffer, status: number): { type: string; message: string } {
  const fallback = { type: errorTypeOfStatus(status), message: `The upstream answered with status ${status}` };
  try {
    const { error } = JSON.parse(body.toString()) as { error?: { type?: unknown; message?: unknown } };
    return {
      type: typeof error?.type === "string" ? error.type : fallback.type,
      message: typeof error?.message === "string" ? error.message : fallback.message,
    };
  } catch {
    return fallback;
  }
}

function readErrorBody({ body }: HttpAnswer): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (): void => {
      clearTimeout(timer);
      body.off("data", onData);
      body.destroy();
      resolve(Buffer.concat(chunks, length));
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ERROR_BYTES) finish();
    };
    const timer = setTimeout(finish, ERROR_BODY_MS);
    body.on("data", onData).on("end", finish).on("error", finish).on("close", finish);
  });
}
