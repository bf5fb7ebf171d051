import { scopeOf } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { Request, RequestHandler, Response } from "express";

import { LedgerUnavailableError } from "../ledger/ledger.ts";
import type { WorkerContext } from "../worker-context.ts";

export type Handler = (request: Request, response: Response) => Promise<void> | void;

type Guarded = Pick<WorkerContext, "settings" | "state">;

/** For gateways and others of ours: with an inner token set, nobody comes in without it. */
export function innerOnly(context: Guarded, handler: Handler): RequestHandler {
  const answered = withLedger(context, handler);
  return (request, response, next) => {
    if (context.settings().innerToken !== undefined && scopeOf(response).caller.kind !== "inner") {
      throw new GatewayError("authentication_error", "The inner token is missing or wrong.");
    }
    return answered(request, response, next);
  };
}

/** Turns a ledger that does not answer into a 503 that says so. */
export function withLedger({ state }: Guarded, handler: Handler): RequestHandler {
  return async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error;
      state.ledgerProblem = error.message;
      throw new GatewayError("api_error", error.message, { status: 503, retryAfterSeconds: 1, cause: error });
    }
  };
}
