import { createHmac } from "node:crypto";

import type { WebhookSettings } from "@switchyard/service-kit";

import type { Alert } from "../ledger/ledger.ts";
import { showAlert } from "./show-alert.ts";

const TITLES: Readonly<Record<Alert["kind"], string>> = {
  hourly_cost_exceeded: "Cost of an hour",
  daily_cost_exceeded: "Cost of a day",
  budget: "Budget",
  agent_runaway: "Runaway agent",
  price_drift: "Price drift",
  unknown_price: "Unknown price",
};

/** What is posted for an alert. */
export function webhookBody(alert: Alert, format: WebhookSettings["format"]): string {
  return JSON.stringify(format === "slack" ? slackMessage(alert) : { type: "switchyard.alert", ...showAlert(alert) });
}

/**
 * `t=<seconds since the epoch>,v1=<HMAC-SHA256 of "t.body", hex>`: whoever has the secret can tell that it was posted by
 * us, just now, and not changed.
 */
export function signBody(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

/** docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
function slackMessage({ kind, message, at, subject }: Alert) {
  const title = `Switchyard: ${TITLES[kind]}`;
  const time = new Date(at).toISOString();
  return {
    text: `${title}: ${escapeText(message)}`,
    blocks: [
      { type: "header", text: { type: "plain_text", text: title } },
      { type: "section", text: { type: "mrkdwn", text: escapeText(message) } },
      { type: "context", elements: [{ type: "mrkdwn", text: `${escapeText(subject)} · ${time}` }] },
    ],
  };
}

/** Names that clients chose call nobody and link nowhere (docs.slack.dev/messaging/formatting-message-text). */
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").slice(0, 2900);
}
