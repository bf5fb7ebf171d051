import { html } from "htm/preact";
import type { VNode } from "preact";

import type { PastRequest } from "../../src/view/api-types.ts";
import { describeCost, linkToDecision, showCost, wayOf } from "../../src/view/requests.ts";
import type { PageProps } from "../context.ts";
import { badge, name } from "./pieces.ts";
import { table } from "./table.ts";

/** Past requests, each with a link to why it went where it went. */
export function requestTable(
  requests: readonly PastRequest[],
  { formats, now }: Pick<PageProps, "formats" | "now">,
): VNode {
  return table({
    caption: "Past requests, newest first",
    columns: [
      {
        title: "Time",
        cell: ({ request_id: id, at }) =>
          html`<a href=${linkToDecision(id)} aria-label=${`Decision of ${formats.time(at, now)}`}
            >${formats.time(at, now)}</a
          >`,
      },
      { title: "Outcome", cell: ({ outcome }) => badge(outcome, toneOfOutcome(outcome)) },
      { title: "Asked for", cell: ({ asked_model: model }) => name(model) },
      {
        title: "Answered by",
        cell: ({ provider, model }) => name(provider === null ? "nobody" : `${provider} / ${model}`, "much"),
      },
      {
        title: "Cost",
        cell: (request) => html`<span title=${describeCost(request, formats)}>${showCost(request, formats)}</span>`,
        numeric: true,
      },
      { title: "Took", cell: ({ duration_ms: ms }) => formats.duration(ms), numeric: true },
      { title: "Way there", cell: (request) => name(wayOf(request)), wide: true },
      { title: "Session", cell: ({ session }) => name(session ?? "", "little"), wide: true },
    ],
    rows: requests,
    keyOf: ({ request_id: id }) => id,
    empty: "No request in the last hour.",
  });
}

export function toneOfOutcome(outcome: string) {
  if (outcome === "success") return "good";
  return outcome === "client gone" ? "plain" : "bad";
}
