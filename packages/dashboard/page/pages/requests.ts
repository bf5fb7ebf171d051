import { html } from "htm/preact";
import type { ComponentChildren } from "preact";

import type { Decision } from "../../src/view/api-types.ts";
import { nameClients } from "../../src/view/budgets.ts";
import { NOTHING } from "../../src/view/format.ts";
import { describeCost, listCandidates } from "../../src/view/requests.ts";
import type { PageProps } from "../context.ts";
import { badge, factList, name, notice, section, waiting } from "../parts/pieces.ts";
import { requestTable, toneOfOutcome } from "../parts/request-table.ts";
import { table } from "../parts/table.ts";
import { underWayTable } from "../parts/under-way-table.ts";
import { useAsked } from "../use-asked.ts";

/** What is under way, and what came of the last ones. */
export function Requests(props: PageProps) {
  const { overview, keys } = props.board;
  if (overview.data === undefined) return overview.problem === undefined ? waiting() : notice(overview.problem, "bad");
  const { under_way: underWay, requests, router_stats: router } = overview.data;
  const several = router.replicas > 1;
  return html`
    <h1>Requests</h1>
    ${section(
      "Under way now",
      html`${several ? html`<p class="muted">Of one of ${router.replicas} gateways.</p>` : ""}
      ${underWayTable(underWay, props, nameClients(keys.data ?? []))}`,
    )}
    ${section(
      "The last hour's, newest first",
      html`<p class="muted">
          The time leads to the decision: who was ranked, by which figures, and what came of each. The cost is at list
          price, as the gateway reckons it; the ledger's figures are on the page Costs.
        </p>
        ${requestTable(requests, props)}`,
    )}
  `;
}

/** Why one request went where it went. */
export function DecisionPage({ id, asker, formats }: PageProps & { id: string }) {
  const { data, problem } = useAsked<Decision>(asker, `/admin/explain/${encodeURIComponent(id)}`, 0);
  return html`
    <p><a href="#/requests">← Requests</a></p>
    <h1>Decision</h1>
    ${data === undefined ? (problem === undefined ? waiting() : notice(problem)) : show(data, { formats })}
  `;
}

function show(decision: Decision, { formats }: Pick<PageProps, "formats">): ComponentChildren {
  const { reasons, excluded } = decision;
  return html`
    ${section("What was asked", facts(decision, { formats }))}
    ${section(
      "Candidates, as they were ranked",
      html`${candidateTable(decision, { formats })} ${omitted(decision.candidates_omitted)} ${inWords(decision)}`,
    )}
    ${
      reasons.length === 0
        ? ""
        : section(
            "Why in this order",
            html`<ul>
              ${reasons.map((reason) => html`<li>${reason}</li>`)}
            </ul>`,
          )
    }
    ${section(
      "Left out",
      html`${table({
        caption: "Who was left out, and why",
        columns: [
          { title: "Provider", cell: ({ provider }) => name(provider) },
          { title: "Model", cell: ({ model }) => name(model ?? "all") },
          { title: "Why", cell: ({ reason }) => reason, words: true },
        ],
        rows: excluded,
        keyOf: ({ provider, model, reason }) => `${provider} ${model} ${reason}`,
        empty: "Nobody.",
      })}
      ${omitted(decision.excluded_omitted)}`,
    )}
  `;
}

function inWords(decision: Decision): ComponentChildren {
  return html`<details>
    <summary>In words</summary>
    <ol>
      ${listCandidates(decision).map(({ provider, model, reasons }) => html`<li>${provider} / ${model}: ${reasons}</li>`)}
    </ol>
  </details>`;
}

function omitted(count: number | undefined): ComponentChildren {
  return count === undefined ? "" : html`<p class="muted">And ${count} more, which the record has no room for.</p>`;
}

function facts(decision: Decision, { formats }: Pick<PageProps, "formats">): ComponentChildren {
  const { request_id: id, at, model, strategy, session, outcome } = decision;
  const lines: [string, ComponentChildren][] = [
    ["Outcome", badge(outcome, toneOfOutcome(outcome))],
    ["Model", name(model)],
    ["Strategy", strategy],
    ["Time", formats.time(at, Date.now())],
    ["Took", formats.duration(decision.duration_ms)],
    ["Cost", describeCost(decision, formats)],
    ["Input, estimated", `${formats.count(decision.estimated_input_tokens)} tokens`],
    ["Streamed", decision.stream ? "yes" : "no"],
    ["Session", name(session ?? NOTHING)],
    ["Request", name(id)],
  ];
  return factList(lines);
}

function candidateTable(decision: Decision, { formats }: Pick<PageProps, "formats">): ComponentChildren {
  const term = (key: keyof Decision["candidates"][number]["terms"]) => ({
    title: key[0]?.toUpperCase() + key.slice(1),
    numeric: true,
    cell: ({ terms }: ReturnType<typeof listCandidates>[number]) => formats.share(terms[key]),
  });
  return table({
    caption: "Candidates in order, with the terms of their scores",
    columns: [
      { title: "Candidate", cell: ({ place, provider, model }) => name(`${place}. ${provider} / ${model}`, "much") },
      { title: "Score", numeric: true, cell: ({ score }) => score.toFixed(3) },
      term("headroom"),
      term("speed"),
      term("price"),
      term("reliability"),
      { title: "Cost, estimated", numeric: true, cell: ({ cost }) => (cost === null ? NOTHING : formats.money(cost)) },
      { title: "What came of it", cell: ({ result }) => (result === "" ? "not needed" : result), words: true },
    ],
    rows: listCandidates(decision),
    keyOf: ({ provider, model }) => `${provider} ${model}`,
    empty: "Nobody could answer it.",
  });
}
