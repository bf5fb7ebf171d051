import type { HttpClient, WebhookSettings } from "@switchyard/service-kit";
import { readRetryAfter } from "@switchyard/wire";

import type { Alert } from "../ledger/ledger.ts";
import { signBody, webhookBody } from "./webhook-body.ts";

export interface PostDeps {
  http: Pick<HttpClient, "send">;
  now: () => number;
  /** ms until an answer. */
  timeoutMs: number;
}

/** refused: trying again is of no use. cut: the caller has aborted it, and nobody knows whether it arrived. */
export type PostAnswer =
  | { kind: "taken" }
  | { kind: "cut" }
  | { kind: "refused" | "failed"; reason: string; retryAfterMs?: number };

/** What is not in the 400s is tried again, and these: busy, too early, too many. */
const WORTH_ANOTHER_TRY: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** One try. Never rejects; the reason never has the address. */
export async function postAlert(
  { http, now, timeoutMs }: PostDeps,
  { webhook, alert, signal }: { webhook: WebhookSettings; alert: Alert; signal: AbortSignal },
): Promise<PostAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const body = webhookBody(alert, webhook.format);
  try {
    const answer = await http.send({
      method: "POST",
      url: webhook.url.reveal(),
      headers: headersOf(webhook, { alert, body, now: now() }),
      body,
      signal: AbortSignal.any([signal, timeout]),
    });
    answer.body.on("error", () => {}).destroy();
    if (answer.status >= 200 && answer.status < 300) return { kind: "taken" };
    const retryAfter = readRetryAfter(answer.headers, now());
    const isRefused = answer.status < 500 && !WORTH_ANOTHER_TRY.has(answer.status);
    return {
      kind: isRefused ? "refused" : "failed",
      reason: `it answered ${answer.status}`,
      ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter * 1000 }),
    };
  } catch (error) {
    if (timeout.aborted) return { kind: "failed", reason: `it did not answer within ${timeoutMs} ms` };
    if (signal.aborted) return { kind: "cut" };
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function headersOf(
  { secret }: WebhookSettings,
  { alert, body, now }: { alert: Alert; body: string; now: number },
): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "switchyard",
    // The same for every try, so that whoever gets it twice can tell.
    "x-switchyard-alert": String(alert.id),
    ...(secret === undefined ? {} : { "x-switchyard-signature": signBody(body, secret.reveal(), now) }),
  };
}
