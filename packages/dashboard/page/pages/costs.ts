import { html } from "htm/preact";
import { type ComponentChildren, h } from "preact";
import { useCallback, useMemo } from "preact/hooks";

import type { CostRow, Costs } from "../../src/view/api-types.ts";
import { listBudgets, nameClients } from "../../src/view/budgets.ts";
import { colourOf, costChart, type Palette } from "../../src/view/charts.ts";
import {
  chartQuery,
  type CostChoice,
  csvQuery,
  GROUPINGS,
  linkTo,
  nameGroup,
  readChoice,
  SPANS,
  type Step,
  stepOf,
  tableQuery,
  toSeries,
} from "../../src/view/costs.ts";
import type { PageProps } from "../context.ts";
import { action } from "../parts/action.ts";
import { budgetList } from "../parts/budget-list.ts";
import { Chart, readPalette } from "../parts/chart.ts";
import { meter, name, notice, section, waiting } from "../parts/pieces.ts";
import { table } from "../parts/table.ts";
import { useAsked } from "../use-asked.ts";

/** What it cost, by whatever is asked. */
export function CostsPage(props: PageProps & { parameters: URLSearchParams }) {
  const { asker, board, formats, parameters } = props;
  const choice = readChoice(parameters);
  const costs = useAsked<Costs>(asker, tableQuery(choice), board.looks);
  const overTime = useAsked<Costs>(asker, chartQuery(choice), board.looks);
  const budgets = listBudgets(board.keys.data ?? []);
  return html`
    <h1>Costs</h1>
    ${choices(choice)} ${costs.problem === undefined ? "" : notice(costs.problem)}
    ${
      overTime.data === undefined || overTime.data.total.cost === 0
        ? ""
        : h(OverTime, { costs: overTime.data, step: stepOf(choice.since), formats })
    }
    ${costs.data === undefined ? (costs.problem === undefined ? waiting() : "") : sums(costs.data, choice, props)}
    ${board.keys.data === undefined ? "" : section("Budgets of client keys", budgetList(budgets, formats))}
  `;
}

/** Links, so that the address tells what is shown and may be handed on. */
function choices(choice: CostChoice): ComponentChildren {
  return html`
    <nav class="choices" aria-label="Time">
      ${SPANS.map(({ id, title }) => choiceLink(title, { ...choice, since: id }, id === choice.since))}
    </nav>
    <nav class="choices" aria-label="Grouped by">
      ${GROUPINGS.map(({ id, title }) => choiceLink(title, { ...choice, by: id }, id === choice.by))}
    </nav>
  `;
}

function choiceLink(title: string, to: CostChoice, isCurrent: boolean): ComponentChildren {
  return html`<a href=${linkTo(to)} aria-current=${isCurrent ? "true" : undefined}>${title}</a>`;
}

function OverTime({ costs, step, formats }: { costs: Costs; step: Step } & Pick<PageProps, "formats">) {
  const series = useMemo(() => toSeries(costs, step), [costs, step]);
  const draw = useCallback((palette: Palette) => costChart(series, { palette, formats }), [series, formats]);
  const palette = useMemo(readPalette, [costs]);
  return section(
    `By ${step} and provider`,
    html`${h(Chart, { label: `Cost of each ${step} by provider; the figures are in the table below, by ${step}`, draw, shape: "wide-chart" })}
      <ul class="legend in-line">
        ${series.series.map(
          ({ name: provider }, index) =>
            html`<li><i style=${{ background: colourOf(palette, index) }} aria-hidden="true"></i>${provider}</li>`,
        )}
      </ul>`,
  );
}

function sums(costs: Costs, choice: CostChoice, { asker, board, formats }: PageProps): ComponentChildren {
  const { total, rows, truncated } = costs;
  const nameClient = nameClients(board.keys.data ?? []);
  const title = GROUPINGS.find(({ id }) => id === choice.by)?.title ?? "";
  const count = (of: (row: CostRow) => number) => (row: CostRow) => formats.short(of(row));
  const save = async () => {
    await asker.download(csvQuery(choice), `switchyard-costs-${choice.by}-${choice.since}.csv`);
    return "saved";
  };
  const part = (row: CostRow) => {
    const share = total.cost > 0 ? row.cost / total.cost : 0;
    return meter({ share, tone: "plain", label: "share of the cost", text: formats.share(share) });
  };
  return section(
    `${formats.money(total.cost)} for ${formats.count(total.requests)} requests, ${formats.short(total.total_tokens)} tokens`,
    html`
      ${table({
        caption: `Costs by ${title.toLowerCase()}`,
        columns: [
          { title, cell: (row) => name(nameGroup(row, choice.by, nameClient)) },
          { title: "Cost", numeric: true, cell: ({ cost }) => formats.money(cost) },
          { title: "Share", cell: part, wide: true },
          { title: "Requests", numeric: true, cell: ({ requests }) => formats.count(requests) },
          { title: "Failed", numeric: true, cell: ({ failed }) => formats.count(failed) },
          { title: "Input", numeric: true, cell: count((row) => row.uncached_input) },
          { title: "Cache read", numeric: true, cell: count((row) => row.cache_read) },
          { title: "Cache written", numeric: true, cell: count((row) => row.cache_write_5m + row.cache_write_1h) },
          { title: "Output", numeric: true, cell: count((row) => row.output) },
        ],
        rows,
        keyOf: (row) => String(row[choice.by]),
        empty: "Nothing was asked in this time.",
      })}
      ${notes(costs, formats)} ${truncated ? html`<p class="muted">More rows than these: the CSV has all.</p>` : ""}
    `,
    { aside: action({ text: "CSV", label: "Save as CSV", run: save, kind: "quiet" }) },
  );
}

function notes({ total }: Costs, formats: PageProps["formats"]): ComponentChildren {
  const lines = [
    total.subscription_cost > 0 ? `${formats.money(total.subscription_cost)} of it was paid by subscriptions.` : "",
    total.estimated_cost > 0 ? `${formats.money(total.estimated_cost)} of it is estimated.` : "",
  ].filter((line) => line !== "");
  return lines.length === 0 ? "" : html`<p class="muted">${lines.join(" ")}</p>`;
}
