import { html } from "htm/preact";
import { type ComponentChildren, h } from "preact";

import type { Configuration, Overview } from "../../src/view/api-types.ts";
import { NOTHING } from "../../src/view/format.ts";
import { describeInForce, describeTests, type ServicesChanged, type TestAnswer } from "../../src/view/settings.ts";
import type { PageProps } from "../context.ts";
import { action } from "../parts/action.ts";
import { badge, factList, name, notice, section, waiting } from "../parts/pieces.ts";
import { StrategyForm } from "../parts/strategy-form.ts";
import { table } from "../parts/table.ts";
import { useAsked } from "../use-asked.ts";

/** What can be switched at run time, and what the settings say. */
export function SettingsPage(props: PageProps) {
  const { asker, board } = props;
  const { data, problem } = useAsked<Configuration>(asker, "/api/config/providers", board.looks);
  const { overview } = board;
  return html`
    <h1>Settings</h1>
    ${overview.data === undefined ? "" : section("Routing strategy", h(StrategyForm, props))}
    ${section("Connections", connections(props))}
    ${overview.data === undefined ? "" : section("This mesh", facts(overview.data, data, props))}
    ${problem === undefined ? "" : notice(problem)}
    ${data === undefined ? (problem === undefined ? waiting() : "") : section("Settings in force", providers(data, props), { aside: reload(props) })}
  `;
}

function connections({ asker, refresh }: PageProps): ComponentChildren {
  const run = async () => {
    const answer = await asker.ask<TestAnswer>("/test-connection", { also: [503] });
    void refresh();
    return describeTests(answer);
  };
  return html`
    <p class="muted">Sends a small request to every provider that is set up. It is paid for like any other.</p>
    ${action({ text: "Test all connections", run })}
  `;
}

function reload({ asker, refresh }: PageProps): ComponentChildren {
  const run = async () => {
    const answer = await asker.ask<ServicesChanged & { changed: boolean }>("/api/config/reload", {
      method: "POST",
      body: {},
    });
    void refresh();
    return answer.changed ? describeInForce(answer) : "nothing had changed";
  };
  return action({ text: "Read anew", label: "Read the settings anew", run, kind: "quiet" });
}

const STORES = {
  memory: "this gateway's own memory",
  shared: "Redis",
  alone: "Redis, which is away: each gateway goes on with its share",
} as const;

function facts(
  overview: Overview,
  configuration: Configuration | undefined,
  { formats }: PageProps,
): ComponentChildren {
  const { version, uptime, router_stats: router, time_zone: zone } = overview;
  const lines: [string, string][] = [
    ["Version", version],
    ["Up for", formats.duration(uptime * 1000)],
    ["Gateways", formats.count(router.replicas)],
    ["State in", STORES[router.store]],
    ["Another model than asked for", router.substitution.replaceAll("_", " ")],
    ["Time zone of the books", zone],
    ["Revision of the settings", configuration?.revision ?? NOTHING],
  ];
  return factList(lines);
}

function providers({ providers: all }: Configuration, { formats }: PageProps): ComponentChildren {
  return html`
    <p class="muted">
      Read only, and without anything secret. Order and models are changed on the ${" "}<a href="#/providers"
        >Providers</a
      >
      page.
    </p>
    ${table({
      caption: "Providers as the settings have them",
      columns: [
        { title: "Provider", cell: (provider) => name(provider.name) },
        { title: "By the settings", cell: ({ enabled }) => badge(enabled ? "on" : "off", enabled ? "good" : "plain") },
        {
          title: "Credential",
          cell: ({ credential, missing }) =>
            credential?.type.replaceAll("_", " ") ?? (missing.length > 0 ? `missing: ${missing.join(", ")}` : NOTHING),
        },
        { title: "Upstream", cell: ({ baseUrl }) => name(baseUrl) },
        { title: "Priority", numeric: true, cell: ({ priority }) => formats.count(priority) },
        { title: "Weight", numeric: true, cell: ({ weight }) => String(weight) },
        { title: "Retries", numeric: true, cell: ({ maxRetries }) => formats.count(maxRetries) },
        { title: "Timeout", numeric: true, cell: ({ timeouts }) => formats.duration(timeouts["totalMs"]) },
        {
          title: "At the same time",
          numeric: true,
          cell: ({ maxConcurrentRequests: most }) => (most === undefined ? "any" : formats.count(most)),
        },
      ],
      rows: all,
      keyOf: (provider) => provider.name,
      empty: "No provider.",
    })}
  `;
}
