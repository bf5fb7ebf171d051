import { html } from "htm/preact";
import type { VNode } from "preact";

import { isConfigured, listProviders, type ProviderRow, toneOfSuccess } from "../../src/view/providers.ts";
import { NOTHING } from "../../src/view/format.ts";
import type { PageProps } from "../context.ts";
import { badge, meter } from "./pieces.ts";
import { type Column, table } from "./table.ts";

/** Every provider that is set up or was used: how it is, how full, and what it did in 24 hours. */
export function providerTable({ board, formats }: Pick<PageProps, "board" | "formats">): VNode {
  const all = listProviders(board.overview.data, board.stats.data);
  const shown = all.filter((row) => isConfigured(row) || row.stats !== undefined);
  const rest = all.filter((row) => !shown.includes(row)).map(({ name }) => name);
  return html`
    ${table({
      caption: "Providers, their state now and what they did in the last 24 hours",
      columns: [
        { title: "Provider", cell: ({ name }) => html`<a class="name" href="#/providers">${name}</a>` },
        { title: "State", cell: ({ status, tone }) => badge(status, tone) },
        { title: "Fullest limit", cell: fullness, wide: true },
        figure("Requests", ({ stats }) => formats.count(stats?.total_requests ?? 0)),
        figure("Success", ({ stats }) => successOf(stats?.success_rate, formats.share(stats?.success_rate))),
        figure("Cost", ({ stats }) => formats.money(stats?.total_cost ?? 0)),
        figure("Avg time", ({ stats }) => formats.duration((stats?.avg_response_time ?? 0) * 1000)),
        figure("Tokens", ({ stats }) => formats.short(stats?.total_tokens ?? 0)),
      ],
      rows: shown,
      keyOf: ({ name }) => name,
      empty: "No provider is set up.",
    })}
    ${rest.length === 0 ? "" : html`<p class="muted">Not set up: ${rest.join(", ")}.</p>`}
  `;

  function fullness({ fullest }: ProviderRow): VNode | string {
    if (fullest === undefined) return NOTHING;
    const { name, used, limit, share, tone } = fullest;
    const text = `${formats.share(share)} of ${formats.short(limit)} ${name}`;
    return meter({ share, tone, label: `${name}: ${formats.count(used)} of ${formats.count(limit)}`, text });
  }
}

function successOf(rate: number | undefined, text: string): VNode {
  return html`<span class=${`tone ${toneOfSuccess(rate)}`}>${text}</span>`;
}

function figure(title: string, show: (row: ProviderRow) => VNode | string): Column<ProviderRow> {
  return { title, numeric: true, cell: (row) => (row.stats === undefined ? NOTHING : show(row)) };
}
