import { html } from "htm/preact";
import { type ComponentChildren, h } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import { createFormats, type Formats } from "../src/view/format.ts";
import { PAGES, type PageId, readRoute, type Route } from "../src/view/routes.ts";
import { createAsker } from "./ask.ts";
import type { PageProps } from "./context.ts";
import { Alerts } from "./pages/alerts.ts";
import { CostsPage } from "./pages/costs.ts";
import { Login } from "./pages/login.ts";
import { OverviewPage } from "./pages/overview.ts";
import { Providers } from "./pages/providers.ts";
import { DecisionPage, Requests } from "./pages/requests.ts";
import { SettingsPage } from "./pages/settings.ts";
import { notice } from "./parts/pieces.ts";
import { type Board, useBoard } from "./use-board.ts";

/** The whole page: where one is, as of when, and what is shown there. */
export function App() {
  const asker = useMemo(createAsker, []);
  const { board, refresh } = useBoard(asker);
  const route = useRoute();
  const zone = board.overview.data?.time_zone ?? "UTC";
  const formats = useMemo(() => createFormats(zone), [zone]);
  useTitle(route.page, board);
  if (board.locked !== undefined) return h(Login, { asker, refresh, reason: board.locked });
  const props: PageProps = { asker, board, formats, now: board.asOf ?? Date.now(), refresh };
  return html`
    <a class="skip" href="#content" onClick=${skip}>To the content</a>
    ${head(route, { board, formats, refresh })}
    <main id="content" tabindex="-1">${simulated(board)} ${show(route, props)}</main>
  `;
}

/** The address says which page it is, so its hash cannot say which part. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#content")?.focus();
}

function show(route: Route, props: PageProps): ComponentChildren {
  switch (route.page) {
    case "overview":
      return h(OverviewPage, props);
    case "providers":
      return h(Providers, props);
    case "costs":
      return h(CostsPage, { ...props, parameters: route.parameters });
    case "requests":
      return route.detail === undefined ? h(Requests, props) : h(DecisionPage, { ...props, id: route.detail });
    case "alerts":
      return h(Alerts, props);
    case "settings":
      return h(SettingsPage, props);
  }
}

interface HeadNeed {
  board: Board;
  formats: Formats;
  refresh: () => Promise<boolean>;
}

function head(route: Route, { board, formats, refresh }: HeadNeed): ComponentChildren {
  const asOf = board.asOf === undefined ? "" : formats.time(new Date(board.asOf).toISOString());
  const active = board.alerts.data?.length ?? 0;
  const count = (id: PageId) => (id === "alerts" && active > 0 ? html` <span class="count">${active}</span>` : "");
  return html`
    <header class="top">
      <div class="top-in">
        <a class="brand" href="#/"><span class="mark" aria-hidden="true"></span>Switchyard</a>
        <nav aria-label="Pages">
          ${PAGES.map(
            ({ id, path, title }) =>
              html`<a href=${path} aria-current=${id === route.page ? "page" : undefined}>${title}${count(id)}</a>`,
          )}
        </nav>
        <div class="as-of">
          <span title=${`Times are those of ${formats.timeZone}, as the ledger's days are`}>
            ${asOf === "" ? "" : html`as of <time>${asOf}</time>`} <span class="zone">${formats.timeZone}</span>
          </span>
          <button type="button" class="quiet" aria-busy=${board.busy} onClick=${() => void refresh()}>Refresh</button>
        </div>
      </div>
    </header>
  `;
}

function simulated({ overview }: Board): ComponentChildren {
  if (overview.data?.simulated !== true) return "";
  return notice(
    "No credential is used: the answers come from simulated upstreams, and the costs are what they would cost.",
    "plain",
  );
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return useMemo(() => readRoute(hash), [hash]);
}

/** A tab in the background tells of alerts by its name. */
function useTitle(page: PageId, { alerts }: Board): void {
  const active = alerts.data?.length ?? 0;
  const title = PAGES.find(({ id }) => id === page)?.title ?? "";
  useEffect(() => {
    document.title = `${active > 0 ? `(${active}) ` : ""}${title} · Switchyard`;
  }, [title, active]);
}
