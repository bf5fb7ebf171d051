import type { VNode } from "preact";

import type { UnderWay } from "../../src/view/api-types.ts";
import type { PageProps } from "../context.ts";
import { name } from "./pieces.ts";
import { table } from "./table.ts";

/** What is being answered right now. */
export function underWayTable(
  underWay: readonly UnderWay[],
  { formats, now }: Pick<PageProps, "formats" | "now">,
  nameClient: (id: string | null) => string,
): VNode {
  return table({
    caption: "Requests that are being answered",
    columns: [
      { title: "Began", cell: ({ at }) => formats.ago(at, now) },
      { title: "Asked for", cell: ({ asked_model: model }) => name(model) },
      { title: "At", cell: ({ provider, model }) => name(`${provider} / ${model}`) },
      { title: "Client", cell: ({ client }) => name(nameClient(client)) },
      { title: "Session", cell: ({ session }) => name(session ?? ""), wide: true },
      { title: "Agent", cell: ({ agent }) => name(agent ?? ""), wide: true },
      { title: "Attempt", cell: ({ attempt }) => formats.count(attempt), numeric: true },
    ],
    rows: underWay,
    keyOf: ({ request_id: id, attempt }) => `${id} ${attempt}`,
    empty: "Nothing is under way.",
  });
}
