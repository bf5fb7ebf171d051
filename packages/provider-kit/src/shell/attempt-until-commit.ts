import { setTimeout as sleep } from "node:timers/promises";

import type { FailureName, GatewayError, Rejection } from "@switchyard/wire";

import type { IncomingMessages } from "../families/family.ts";
import { type AttemptOptions, type AttemptResult, attempt } from "./attempt.ts";
import type { Shell } from "./shell.ts";

export interface CommitOptions extends AttemptOptions {
  /** Upstream requests in all: 1 for the gateway, which retries itself. */
  maxAttempts: number;
  /** What the upstream names as its reason to refuse is left out at once, and remembered. */
  learns: boolean;
  onAttempt: () => void;
}

/** Failures after which the same request to the same upstream may well succeed a moment later. */
const RETRIED: ReadonlySet<FailureName> = new Set(["network", "overloaded", "truncated"]);

const FIRST_DELAY_MS = 500;
/** Longer is for the client to wait: it is told how long. */
const MAX_DELAY_MS = 8000;

/** Tries that leave out what the try before was refused for: some upstreams name one field at a time. */
const MAX_LESSONS = 4;

/** Sends the request until it is answered, hopeless, or has been tried often enough. */
export async function attemptUntilCommit(
  shell: Shell,
  incoming: IncomingMessages,
  options: CommitOptions,
): Promise<AttemptResult> {
  let request = incoming;
  for (let lessons = 0; ; lessons += 1) {
    // Each try waits for the one before it.
    const result = await attemptWithRetries(shell, request, options);
    const rejections = result.kind === "failed" && options.learns ? (result.rejections ?? []) : [];
    if (rejections.length === 0 || lessons >= MAX_LESSONS || performance.now() >= options.deadline) return result;
    request = leaveOut(shell, request, rejections);
  }
}

/** The same request without what was refused; later ones go without it, too. */
function leaveOut(shell: Shell, incoming: IncomingMessages, rejections: readonly Rejection[]): IncomingMessages {
  const { context } = incoming;
  shell.learnt.learn(context.model.id, rejections);
  shell.logger.warn("the upstream refused a part of the request, which is left out", {
    requestId: context.requestId,
    model: context.model.id,
    parts: rejections.map(({ kind, name }) => `${kind} ${name}`),
  });
  return { ...incoming, context: { ...context, leaveOut: [...(context.leaveOut ?? []), ...rejections] } };
}

async function attemptWithRetries(
  shell: Shell,
  incoming: IncomingMessages,
  options: CommitOptions,
): Promise<AttemptResult> {
  const labels = { provider: shell.provider.name, model: incoming.context.model.canonical };
  for (let count = 1; ; count += 1) {
    options.onAttempt();
    // Each try waits for the one before it.
    const result = await attempt(shell, incoming, options);
    if (result.kind === "committed") shell.metrics.attempts.inc({ ...labels, failure: "" });
    if (result.kind !== "failed") return result;
    const { error } = result;
    shell.metrics.attempts.inc({ ...labels, failure: error.failure ?? "" });
    const delayMs = delayBefore(count, error);
    const isLast = count >= options.maxAttempts || performance.now() + delayMs >= options.deadline;
    if (isLast || delayMs > MAX_DELAY_MS || !canRetry(error)) return result;
    shell.logger.warn("attempt failed, trying again", {
      requestId: incoming.context.requestId,
      model: incoming.context.model.id,
      failure: error.failure,
      reason: error.message,
      attempt: count,
      delayMs: Math.round(delayMs),
    });
    if (!(await pause(delayMs, options.signal))) return { kind: "aborted" };
  }
}

function canRetry({ failure, headers }: GatewayError): boolean {
  if (headers["x-should-retry"] === "false") return false;
  return failure !== undefined && RETRIED.has(failure);
}

/** What the upstream asks for; else growing, and spread so that clients do not come back together. */
function delayBefore(count: number, { headers }: GatewayError): number {
  const asked = Number(headers["retry-after"]) * 1000;
  if (asked > 0) return asked;
  const longest = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - 1));
  return longest * (0.5 + Math.random() / 2);
}

/** False when the signal ended it. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
