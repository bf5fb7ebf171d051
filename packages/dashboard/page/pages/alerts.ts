import { html } from "htm/preact";

import type { Alert } from "../../src/view/api-types.ts";
import type { PageProps } from "../context.ts";
import { alertList } from "../parts/alert-list.ts";
import { notice, section, waiting } from "../parts/pieces.ts";
import { useAsked } from "../use-asked.ts";

/** What has been raised: what is still the case first, then what is over. */
export function Alerts(props: PageProps) {
  const { asker, board } = props;
  const { data, problem } = useAsked<{ alerts: Alert[] }>(asker, "/api/alerts?limit=200", board.looks);
  const active = data?.alerts.filter((alert) => alert.active) ?? [];
  const over = data?.alerts.filter((alert) => !alert.active) ?? [];
  return html`
    <h1>Alerts</h1>
    ${problem === undefined ? "" : notice(problem)}
    ${
      data === undefined
        ? problem === undefined
          ? waiting()
          : ""
        : html`
            ${section("Active", alertList(active, props))}
            ${over.length === 0 ? "" : section("Over", alertList(over, props))}
            <p class="muted">
              Raised for the cost of an hour and of a day, shares of budgets, agents that run away, and prices that are
              not those of the price table; thresholds and webhooks are set under <code>costs.alerts</code>.
            </p>
          `
    }
  `;
}
