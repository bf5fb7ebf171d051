import { setTimeout as wait } from "node:timers/promises";

import type { HttpClient, Logger, WebhookSettings } from "@switchyard/service-kit";
import { readRetryAfter } from "@switchyard/wire";

import type { Alert } from "../ledger/ledger.ts";
import { signBody, webhookBody } from "./webhook-body.ts";

export interface WebhookSenderDeps {
  http: Pick<HttpClient, "send">;
  webhooks: () => readonly WebhookSettings[];
  logger: Logger;
  now: () => number;
  /** ms before the second try, the third one and so on; their number and one is that of the tries. */
  delaysMs?: readonly number[];
  /** ms until an answer; default 10,000. */
  timeoutMs?: number;
}

export interface WebhookSender {
  /** Tells every webhook, at its own pace; never waits, never throws. */
  deliver(alert: Alert): void;
  /** Deliveries that have not been taken yet. */
  waiting(): number;
  /** Gives up what has not been taken. */
  close(): Promise<void>;
}

/** Ten tries within about five minutes. */
const DELAYS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000, 60_000, 120_000];
const TIMEOUT_MS = 10_000;
/** A webhook that asks for more patience than this does not get it. */
const LONGEST_DELAY_MS = 120_000;
/** While so many wait nothing is added: they are about the same trouble. */
const MOST_WAITING = 500;
/** What is not in the 400s is tried again, and these: busy, too early, too many. */
const WORTH_ANOTHER_TRY: ReadonlySet<number> = new Set([408, 409, 425, 429]);

type Answer = { kind: "taken" } | { kind: "refused" | "failed"; reason: string; retryAfterMs?: number };

export function createWebhookSender(deps: WebhookSenderDeps): WebhookSender {
  const { logger, webhooks } = deps;
  const closing = new AbortController();
  const running = new Set<Promise<void>>();

  function start(webhook: WebhookSettings, alert: Alert): void {
    if (running.size >= MOST_WAITING) {
      logger.warn("an alert is not posted: too many wait for webhooks already", { alertId: alert.id });
      return;
    }
    const delivery = deliverOne(deps, { webhook, alert, signal: closing.signal }).finally(() => {
      running.delete(delivery);
    });
    running.add(delivery);
  }

  return {
    deliver: (alert) => {
      for (const webhook of webhooks()) start(webhook, alert);
    },
    waiting: () => running.size,
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

interface Delivery {
  webhook: WebhookSettings;
  alert: Alert;
  signal: AbortSignal;
}

/** Never rejects. Its path is part of a webhook's secret, so only its host is named. */
async function deliverOne(deps: WebhookSenderDeps, delivery: Delivery): Promise<void> {
  const { delaysMs = DELAYS_MS, logger } = deps;
  const fields = { alertId: delivery.alert.id, webhook: hostOf(delivery.webhook) };
  const body = webhookBody(delivery.alert, delivery.webhook.format);
  for (let tried = 1; ; tried += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    const answer = await post(deps, delivery, body);
    if (answer.kind === "taken") {
      logger.info("alert posted", { ...fields, tries: tried });
      return;
    }
    const delayMs = delaysMs[tried - 1];
    if (answer.kind === "refused" || delayMs === undefined || delivery.signal.aborted) {
      logger.error("an alert could not be posted", { ...fields, tries: tried, reason: answer.reason });
      return;
    }
    if (tried === 1) logger.warn("an alert is posted again later", { ...fields, reason: answer.reason });
    const waitMs = Math.min(Math.max(delayMs, answer.retryAfterMs ?? 0), LONGEST_DELAY_MS);
    // oxlint-disable-next-line no-await-in-loop
    await wait(waitMs, undefined, { signal: delivery.signal, ref: false }).catch(() => {});
  }
}

async function post(deps: WebhookSenderDeps, { webhook, alert, signal }: Delivery, body: string): Promise<Answer> {
  const timeoutMs = deps.timeoutMs ?? TIMEOUT_MS;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await deps.http.send({
      method: "POST",
      url: webhook.url.reveal(),
      headers: headersOf(webhook, { alert, body, now: deps.now() }),
      body,
      signal: AbortSignal.any([signal, timeout]),
    });
    answer.body.on("error", () => {}).destroy();
    if (answer.status >= 200 && answer.status < 300) return { kind: "taken" };
    const retryAfter = readRetryAfter(answer.headers, deps.now());
    const isRefused = answer.status < 500 && !WORTH_ANOTHER_TRY.has(answer.status);
    return {
      kind: isRefused ? "refused" : "failed",
      reason: `it answered ${answer.status}`,
      ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter * 1000 }),
    };
  } catch (error) {
    if (timeout.aborted) return { kind: "failed", reason: `it did not answer within ${timeoutMs} ms` };
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

function hostOf({ url }: WebhookSettings): string {
  const address = url.reveal();
  return URL.canParse(address) ? new URL(address).host : "an address that is none";
}
