import { html } from "htm/preact";
import type { VNode } from "preact";

import type { Alert } from "../../src/view/api-types.ts";
import { nameKind, showFigures } from "../../src/view/alerts.ts";
import type { PageProps } from "../context.ts";
import { badge } from "./pieces.ts";

/** Alerts in words, with what they were raised at. */
export function alertList(alerts: readonly Alert[], { formats, now }: Pick<PageProps, "formats" | "now">): VNode {
  if (alerts.length === 0) return html`<p class="empty">No alert is active.</p>`;
  return html`<ul class="list alerts">
    ${alerts.map((alert) => {
      const { id, message, alert_type: kind, timestamp, active, ended_at: ended } = alert;
      return html`<li key=${id}>
        ${badge(nameKind(kind), active ? "warn" : "plain")}
        <div>
          <p>${message}</p>
          <p class="muted">
            ${[
              showFigures(alert, formats),
              formats.time(timestamp, now),
              active ? "" : `over since ${formats.time(ended, now)}`,
            ]
              .filter((text) => text !== "")
              .join(" · ")}
          </p>
        </div>
      </li>`;
    })}
  </ul>`;
}
