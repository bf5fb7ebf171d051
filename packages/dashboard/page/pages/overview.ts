import { html } from "htm/preact";
import { type ComponentChildren, h } from "preact";
import { useCallback, useMemo } from "preact/hooks";

import type { Stats } from "../../src/view/api-types.ts";
import { listBudgets, nameClients } from "../../src/view/budgets.ts";
import { makeCards } from "../../src/view/cards.ts";
import { colourOf, hourlyChart, type Palette, providerChart, shareOut } from "../../src/view/charts.ts";
import { labelStep } from "../../src/view/costs.ts";
import { isUnused } from "../../src/view/first-start.ts";
import { judge } from "../../src/view/verdict.ts";
import type { PageProps } from "../context.ts";
import { alertList } from "../parts/alert-list.ts";
import { budgetList } from "../parts/budget-list.ts";
import { Chart, readPalette } from "../parts/chart.ts";
import { firstStart } from "../parts/first-start.ts";
import { notice, section, waiting } from "../parts/pieces.ts";
import { providerTable } from "../parts/provider-table.ts";
import { requestTable } from "../parts/request-table.ts";
import { table } from "../parts/table.ts";
import { underWayTable } from "../parts/under-way-table.ts";

const FEW = 8;

/** Whether all is well, what it costs, who is limited. */
export function OverviewPage(props: PageProps) {
  const { board, formats, now } = props;
  const { overview, stats, alerts, keys } = board;
  const verdict = judge({ overview, alerts, keys, formats, now });
  const budgets = listBudgets(keys.data ?? []);
  return html`
    <section class=${`verdict ${verdict.tone}`} aria-live="polite">
      <h1>${verdict.title}</h1>
      ${
        verdict.matters.length === 0
          ? ""
          : html`<ul>
              ${verdict.matters.slice(0, FEW).map(({ text, link, tone }) => html`<li class=${tone}><a href=${link}>${text}</a></li>`)}
              ${verdict.matters.length > FEW ? html`<li>and ${verdict.matters.length - FEW} more</li>` : ""}
            </ul>`
      }
    </section>
    <div class="cards">
      ${makeCards({ overview: overview.data, stats, alerts, formats }).map(
        ({ title, value, more, tone, link }) =>
          html`<a class=${`card figure-card ${tone}`} href=${link}>
            <span class="label">${title}</span><strong>${value}</strong><span class="more">${more}</span>
          </a>`,
      )}
    </div>
    ${isUnused(overview.data, stats.data) ? firstStart(props) : ""}
    ${stats.data === undefined ? costsAway(stats.problem) : h(Charts, { stats: stats.data, formats })}
    ${section("Providers", providerTable(props), { aside: html`<a href="#/providers">limits and switches</a>` })}
    <div class="columns">
      ${section("Budgets", keys.data === undefined ? away(keys.problem) : budgetList(budgets.slice(0, FEW), formats))}
      ${section(
        "Alerts",
        alerts.data === undefined ? away(alerts.problem) : alertList(alerts.data.slice(0, FEW), props),
        {
          aside: html`<a href="#/alerts">all alerts</a>`,
        },
      )}
    </div>
    ${section("Under way now", underWayTable(overview.data?.under_way.slice(0, FEW) ?? [], props, nameClients(keys.data ?? [])))}
    ${section("Latest decisions", requestTable(overview.data?.requests.slice(0, FEW) ?? [], props), {
      aside: html`<a href="#/requests">all requests</a>`,
    })}
  `;
}

function away(problem: string | undefined): ComponentChildren {
  return problem === undefined ? waiting() : notice(problem);
}

function costsAway(problem: string | undefined): ComponentChildren {
  return problem === undefined ? "" : section("Costs", notice(problem));
}

function Charts({ stats, formats }: { stats: Stats } & Pick<PageProps, "formats">) {
  const { hourly_costs: hourly, provider_stats: byProvider } = stats;
  const drawHours = useCallback((palette: Palette) => hourlyChart(hourly, { palette, formats }), [hourly, formats]);
  const drawShares = useCallback(
    (palette: Palette) => providerChart(byProvider, { palette, formats }),
    [byProvider, formats],
  );
  const shares = shareOut(byProvider);
  const palette = useMemo(readPalette, [stats]);
  if (stats.total_cost === 0) return "";
  return html`
    <div class="columns two-to-one">
      ${section(
        "Cost by hour",
        html`${h(Chart, { label: "Cost of each of the last 24 hours; the figures are in the table below", draw: drawHours, shape: "wide-chart" })}
          <details>
            <summary>Figures</summary>
            ${table({
              caption: "Cost by hour",
              columns: [
                { title: "Hour", cell: ({ hour }) => labelStep(hour) },
                { title: "Cost", cell: ({ cost }) => formats.money(cost), numeric: true },
              ],
              rows: hourly,
              keyOf: ({ hour }) => hour,
              empty: "Nothing was asked.",
            })}
          </details>`,
      )}
      ${section(
        "Cost by provider",
        html`<div class="doughnut">
          ${h(Chart, { label: "Share of each provider in the cost; the figures are in the list beside it", draw: drawShares, shape: "round-chart" })}
          <ul class="legend">
            ${shares.map(
              ({ name, cost, share }, index) =>
                html`<li>
                  <i style=${{ background: colourOf(palette, index) }} aria-hidden="true"></i>
                  <span class="name" title=${name}>${name}</span>
                  <span class="figure">${formats.money(cost)}</span
                  ><span class="figure muted">${formats.share(share)}</span>
                </li>`,
            )}
          </ul>
        </div>`,
      )}
    </div>
  `;
}
