import type { EarlyHeaders, RequestScope } from "@switchyard/service-kit";
import type { RequestFacts } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { OutgoingMessage } from "../attempts/attempt.ts";
import type { RunResult } from "../attempts/run-attempts.ts";
import type { BudgetEntry } from "../clients/budget-entry.ts";
import type { Planned } from "./plan-request.ts";

/** One request for a message, as it is known once its body has been read. */
export interface MessageRequest {
  request: Request;
  response: Response;
  scope: RequestScope;
  facts: RequestFacts;
  message: OutgoingMessage;
  /** When the last byte of the request had come, in the clock of performance.now(). */
  readAt: number;
}

export interface PlannedRequest extends MessageRequest {
  /** Counts what it costs against budgets. */
  budget: BudgetEntry;
  /** What was decided when it came; it keeps these settings to its end. */
  planned: Planned;
}

export interface Delivery extends PlannedRequest {
  run: Extract<RunResult, { kind: "won" }>;
  early: EarlyHeaders | undefined;
}

export interface Refusal extends PlannedRequest {
  run: Extract<RunResult, { kind: "lost" }>;
  early: EarlyHeaders | undefined;
}
