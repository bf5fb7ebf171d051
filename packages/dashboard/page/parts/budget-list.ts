import { html } from "htm/preact";
import type { VNode } from "preact";

import type { BudgetLine } from "../../src/view/budgets.ts";
import type { Formats } from "../../src/view/format.ts";
import { meter } from "./pieces.ts";

/** Budgets of client keys, and how much of them is used. */
export function budgetList(budgets: readonly BudgetLine[], formats: Formats): VNode {
  if (budgets.length === 0) {
    return html`<p class="empty">
      No client key has a budget. <code>npm run mesh -- keys create laptop --day 20</code> makes one.
    </p>`;
  }
  return html`<ul class="list">
    ${budgets.map(
      ({ id, client, window, spent, budget, share, tone }) =>
        html`<li key=${`${id} ${window}`} class="budget">
          <span class="name" title=${client}>${client}</span>
          <span class="muted">${window === "day" ? "today" : `this ${window}`}</span>
          ${meter({
            share,
            tone,
            label: `Budget of ${client} for ${window === "day" ? "today" : `this ${window}`}`,
            text: `${formats.money(spent)} of ${formats.money(budget)}`,
          })}
        </li>`,
    )}
  </ul>`;
}
