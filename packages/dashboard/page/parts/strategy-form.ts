import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { describeStrategy } from "../../src/view/settings.ts";
import { problemOf } from "../ask.ts";
import type { PageProps } from "../context.ts";

/** How candidates are ranked, for every gateway, until it is changed again. */
export function StrategyForm({ asker, board, refresh }: PageProps) {
  const [said, setSaid] = useState({ text: "", failed: false });
  const [busy, setBusy] = useState(false);
  const { data } = board.overview;
  if (data === undefined) return "";
  const { strategy } = data.router_stats;
  const change = async (wanted: string) => {
    setBusy(true);
    try {
      // Back to what the settings say is no switch of its own.
      const next = wanted === data.configured_strategy ? null : wanted;
      await asker.ask("/admin/routing-strategy", { method: "POST", body: { strategy: next } });
      await refresh();
      setSaid({ text: `${wanted} is in force`, failed: false });
    } catch (error) {
      setSaid({ text: problemOf(error), failed: true });
    } finally {
      setBusy(false);
    }
  };
  const choose = (event: Event) => {
    if (event.currentTarget instanceof HTMLSelectElement) void change(event.currentTarget.value);
  };
  return html`
    <div class="form-line">
      <label for="strategy">Who is tried first</label>
      <select id="strategy" value=${strategy} disabled=${busy} onChange=${choose}>
        ${data.strategies.map(
          (one) =>
            html`<option value=${one} selected=${one === strategy}>
              ${one.replaceAll("_", " ")}${one === data.configured_strategy ? " (the settings')" : ""}
            </option>`,
        )}
      </select>
      <span class="muted">${describeStrategy(strategy)}</span>
      <span class=${said.failed ? "said bad" : "said"} role="status">${said.text}</span>
    </div>
    <p class="muted">For every gateway at once, and over restarts.</p>
  `;
}
