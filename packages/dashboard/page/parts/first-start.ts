import { html } from "htm/preact";
import type { VNode } from "preact";

import { howToPoint } from "../../src/view/first-start.ts";
import { isConfigured, listProviders } from "../../src/view/providers.ts";
import type { PageProps } from "../context.ts";
import { section } from "./pieces.ts";

/** What to do while nothing has come through yet. */
export function firstStart({ board }: PageProps): VNode {
  const configured = listProviders(board.overview.data, undefined).filter(isConfigured);
  return section(
    "Nothing has come through in the last 24 hours",
    html`<ol class="steps">
      <li>
        ${
          configured.length === 0
            ? html`Give at least one provider a credential: the <a href="#/providers">Providers</a> page names what each
                of them wants.`
            : html`Set up: ${configured.map(({ name }) => name).join(", ")}.`
        }
      </li>
      <li>Point Claude Code here: <code>${howToPoint(location.origin)}</code></li>
      <li>Ask something. It shows up here within half a minute, or at once with Refresh.</li>
    </ol>`,
  );
}
