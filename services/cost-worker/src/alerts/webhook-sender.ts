import { createHash } from "node:crypto";

import type { HttpClient, Logger, WebhookSettings } from "@switchyard/service-kit";

import type { Delivery, Ledger } from "../ledger/ledger.ts";
import { type PostAnswer, postAlert } from "./webhook-post.ts";

export interface WebhookSenderDeps {
  ledger: Pick<Ledger, "takeDeliveries" | "postponeDelivery" | "endDelivery" | "dropDeliveries" | "waitingDeliveries">;
  http: Pick<HttpClient, "send">;
  webhooks: () => readonly WebhookSettings[];
  logger: Logger;
  now: () => number;
  /** ms before the second try, the third one and so on; their number and one is that of the tries. */
  delaysMs?: readonly number[];
  /** ms until an answer; default 10,000. */
  timeoutMs?: number;
  /** ms between two looks for what others have left, or what is due again; default 1,000. */
  lookMs?: number;
}

/** Takes what waits in the ledger to its webhooks: what one worker leaves undone another one does, or the next. */
export interface WebhookSender {
  /** What an alert is written with, so that it waits for each webhook; none while too many wait. */
  places(): readonly string[];
  /** There is something new. Never waits, never throws. */
  wake(): void;
  /** Deliveries that have not been taken yet, those of other workers too. */
  waiting(): Promise<number>;
  /** What has not been taken waits in the ledger. */
  close(): Promise<void>;
}

/** Ten tries within about five minutes. */
const DELAYS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000, 60_000, 120_000];
const TIMEOUT_MS = 10_000;
const LOOK_MS = 1000;
/** Without a webhook there is only what is counted. */
const IDLE_MS = 60_000;
/** A webhook that asks for more patience than this does not get it. */
const LONGEST_DELAY_MS = 120_000;
/** While so many wait nothing is added: they are about the same trouble. */
const MOST_WAITING = 500;
const AT_ONCE = 20;
/** Beyond the time of a try: then whoever tried is dead. */
const GRACE_MS = 5000;
/** What has waited so long is for a webhook that nobody has any more. */
const LONGEST_WAIT_MS = 86_400_000;

export function createWebhookSender(deps: WebhookSenderDeps): WebhookSender {
  const sender = new Sender(deps);
  return {
    places: () => sender.places(),
    wake: () => sender.wake(),
    waiting: () => deps.ledger.waitingDeliveries(),
    close: () => sender.close(),
  };
}

/** Stands for a webhook in the ledger: its address is a secret. */
function webhookPlace({ url, format }: WebhookSettings): string {
  return createHash("sha256").update(`${format} ${url.reveal()}`).digest("hex").slice(0, 32);
}

class Sender {
  readonly #deps: WebhookSenderDeps;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  /** In the clock of performance.now(). */
  #lookAt = Number.POSITIVE_INFINITY;
  #looking: Promise<void> = Promise.resolve();
  #isAway = false;
  #waiting = 0;

  constructor(deps: WebhookSenderDeps) {
    this.#deps = deps;
    this.#schedule(0);
  }

  places(): readonly string[] {
    const places = this.#deps.webhooks().map(webhookPlace);
    if (places.length === 0 || this.#waiting < MOST_WAITING) return places;
    this.#deps.logger.warn("an alert is not posted: too many wait for webhooks already");
    return [];
  }

  wake(): void {
    this.#schedule(0);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.allSettled(this.#running);
  }

  /** No later than so; an earlier look stays. */
  #schedule(ms: number): void {
    const at = performance.now() + ms;
    if (this.#closing.signal.aborted || at >= this.#lookAt) return;
    clearTimeout(this.#timer);
    this.#lookAt = at;
    this.#timer = setTimeout(() => {
      this.#lookAt = Number.POSITIVE_INFINITY;
      this.#looking = this.#looking.then(() => this.#look());
    }, ms);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { ledger, logger, lookMs = LOOK_MS, now, webhooks } = this.#deps;
    try {
      const dropped = await ledger.dropDeliveries(now() - LONGEST_WAIT_MS);
      if (dropped > 0) logger.error("alerts were not posted within a day, and no longer wait", { dropped });
      await this.#take();
      this.#waiting = await ledger.waitingDeliveries();
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway) logger.warn("the ledger does not tell what waits for webhooks", { reason: messageOf(error) });
      this.#isAway = true;
    }
    this.#schedule(webhooks().length === 0 ? IDLE_MS : lookMs);
  }

  async #take(): Promise<void> {
    const { ledger, now, timeoutMs = TIMEOUT_MS, webhooks } = this.#deps;
    const known = new Map(webhooks().map((webhook) => [webhookPlace(webhook), webhook]));
    const limit = AT_ONCE - this.#running.size;
    if (known.size === 0 || limit <= 0 || this.#closing.signal.aborted) return;
    const until = now() + timeoutMs + GRACE_MS;
    for (const delivery of await ledger.takeDeliveries({ webhooks: [...known.keys()], now: now(), until, limit })) {
      const webhook = known.get(delivery.webhook);
      if (webhook === undefined) continue;
      const running = this.#deliver(webhook, delivery).finally(() => {
        this.#running.delete(running);
      });
      this.#running.add(running);
    }
  }

  /** Never rejects: what the ledger was not told of is due again when this try's time is over. */
  async #deliver(webhook: WebhookSettings, delivery: Delivery): Promise<void> {
    const { http, logger, now, timeoutMs = TIMEOUT_MS } = this.#deps;
    const { signal } = this.#closing;
    const answer = await postAlert({ http, now, timeoutMs }, { webhook, alert: delivery.alert, signal });
    try {
      await this.#note(answer, { webhook, delivery });
    } catch (error) {
      logger.warn("the ledger is not told of a webhook; it may get an alert twice", { reason: messageOf(error) });
    }
  }

  async #note(
    answer: PostAnswer,
    { webhook, delivery }: { webhook: WebhookSettings; delivery: Delivery },
  ): Promise<void> {
    const { ledger, logger, now, delaysMs = DELAYS_MS } = this.#deps;
    const { alert, tries } = delivery;
    const place = { alert: alert.id, webhook: delivery.webhook };
    // Its path is part of a webhook's secret, so only its host is named.
    const fields = { alertId: alert.id, webhook: hostOf(webhook) };
    if (answer.kind === "taken") {
      logger.info("alert posted", { ...fields, tries });
      await ledger.endDelivery(place);
      this.wake();
      return;
    }
    if (answer.kind === "cut") {
      // By the worker's end, not by the webhook: the next worker begins with this try.
      await ledger.postponeDelivery(place, { at: now(), tries: tries - 1 });
      return;
    }
    const delayMs = delaysMs[tries - 1];
    if (answer.kind === "refused" || delayMs === undefined) {
      logger.error("an alert could not be posted", { ...fields, tries, reason: answer.reason });
      await ledger.endDelivery(place);
      return;
    }
    if (tries === 1) logger.warn("an alert is posted again later", { ...fields, reason: answer.reason });
    const waitMs = Math.min(Math.max(delayMs, answer.retryAfterMs ?? 0), LONGEST_DELAY_MS);
    await ledger.postponeDelivery(place, { at: now() + waitMs, tries });
    this.#schedule(Math.min(waitMs, this.#deps.lookMs ?? LOOK_MS));
  }
}

function hostOf({ url }: WebhookSettings): string {
  const address = url.reveal();
  return URL.canParse(address) ? new URL(address).host : "an address that is none";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
