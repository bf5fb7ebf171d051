import type { EarlyHeaders, RequestScope, Settings } from "@switchyard/service-kit";
import type { RequestFacts } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { OutgoingMessage } from "../attempts/attempt.ts";
import type { RunResult } from "../attempts/run-attempts.ts";

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
  /** Those in force when the request was planned; it keeps them to its end. */
  settings: Settings;
}

export interface Delivery extends PlannedRequest {
  run: Extract<RunResult, { kind: "won" }>;
  early: EarlyHeaders | undefined;
}

export interface Refusal extends PlannedRequest {
  run: Extract<RunResult, { kind: "lost" }>;
  early: EarlyHeaders | undefined;
}
