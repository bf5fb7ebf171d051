import { html } from "htm/preact";
import { type ComponentChildren, h } from "preact";

import { NOTHING } from "../../src/view/format.ts";
import { type Fullness, listLimits } from "../../src/view/limits.ts";
import {
  isConfigured,
  listProviders,
  listTroubles,
  type ProviderRow,
  TIERS,
  whyFixed,
} from "../../src/view/providers.ts";
import type { PageProps } from "../context.ts";
import { action } from "../parts/action.ts";
import { OrderForm } from "../parts/order-form.ts";
import { badge, meter, notice, waiting } from "../parts/pieces.ts";

/** Each provider: how it is, how full, what rests, its models, and its switch. */
export function Providers(props: PageProps) {
  const { overview, stats } = props.board;
  if (overview.data === undefined) return overview.problem === undefined ? waiting() : notice(overview.problem, "bad");
  const rows = listProviders(overview.data, stats.data).filter(({ health }) => health !== undefined);
  const unused = rows.filter((row) => !isConfigured(row));
  return html`
    <h1>Providers</h1>
    <div class="providers">
      ${rows.filter(isConfigured).map((row) => h(Provider, { key: row.name, row, ...props }))}
    </div>
    ${
      unused.length === 0
        ? ""
        : html`<section class="card">
            <header class="card-head"><h2>Not set up</h2></header>
            <ul class="list unused">
              ${unused.map(
                ({ name, health }) =>
                  html`<li>
                    <span>${name}</span>
                    <span class="muted">
                      ${(health?.missing ?? []).length > 0 ? `set ${health?.missing?.join(", ")}` : (health?.reason ?? NOTHING)}
                    </span>
                  </li>`,
              )}
            </ul>
          </section>`
    }
  `;
}

function Provider({ row, ...props }: PageProps & { row: ProviderRow }) {
  const { name, health, status, tone, stats } = row;
  if (health === undefined) return "";
  const { formats, now, asker } = props;
  const all = props.board.overview.data?.router_stats.returning ?? [];
  const troubles = listTroubles(
    health,
    all.filter(({ provider }) => provider === name),
  );
  return html`
    <section class="card provider" aria-label=${name}>
      <header class="card-head">
        <h2>${name}</h2>
        ${badge(status, tone)} ${health.simulated ? badge("simulated", "plain") : ""}
        <div class="aside">${controls(row, props)}</div>
      </header>
      ${health.reason === undefined ? "" : html`<p class="muted">${health.reason}</p>`}
      ${
        troubles.length === 0
          ? ""
          : html`<ul class="troubles">
              ${troubles.map(
                ({ text, until }) =>
                  html`<li>
                    ${text}${until === undefined ? "" : `, ${until === null ? "until its settings change or a test succeeds" : `over ${formats.until(until, now)}`}`}
                  </li>`,
              )}
            </ul>`
      }
      <div class="columns">
        <div>
          <h3>Limits</h3>
          ${limits(row, props)}
          <h3>Since this gateway's start</h3>
          <dl class="facts">
            ${fact("Success", formats.share(health.success_rate))} ${fact("To the first output", latency(row, props))}
            ${fact("Last success", formats.time(health.last_success, now))}
            ${fact("Last failure", lastFailure(row, props))}
            ${fact("24 hours, by the books", stats === undefined ? NOTHING : `${formats.count(stats.total_requests)} requests, ${formats.money(stats.total_cost)}`)}
          </dl>
        </div>
        <div>
          <h3>Models, in the order they are tried</h3>
          <div class="tiers">
            ${TIERS.map(
              (tier) =>
                html`<div class="tier">
                  <span class="muted">${tier}</span>
                  ${
                    health.models[tier].length === 0
                      ? html`<p>${NOTHING}</p>`
                      : html`<ol>
                          ${health.models[tier].map((model) => html`<li>${model}</li>`)}
                        </ol>`
                  }
                </div>`,
            )}
          </div>
          ${h(OrderForm, { name, health, asker, refresh: props.refresh })}
        </div>
      </div>
    </section>
  `;
}

function fact(title: string, value: ComponentChildren): ComponentChildren {
  return html`<div>
    <dt>${title}</dt>
    <dd>${value}</dd>
  </div>`;
}

function latency({ health }: ProviderRow, { formats }: Pick<PageProps, "formats">): string {
  if (health === undefined || health.avg_latency_ms === null) return NOTHING;
  return `${formats.duration(health.avg_latency_ms)} on average, ${formats.duration(health.p95_latency_ms)} at the 95th percentile`;
}

function lastFailure({ health }: ProviderRow, { formats, now }: Pick<PageProps, "formats" | "now">): string {
  if (health === undefined || health.last_failure === null) return "none";
  return `${formats.time(health.last_failure, now)}${health.last_failure_reason === null ? "" : `, ${health.last_failure_reason}`}`;
}

function limits({ health, name }: ProviderRow, props: Pick<PageProps, "formats" | "now">): ComponentChildren {
  const known = health === undefined ? [] : listLimits(health);
  if (known.length === 0) return html`<p class="empty">None is known yet: answers tell them.</p>`;
  const used = known.filter((limit) => limit.used > 0);
  const unused = known.filter((limit) => limit.used === 0);
  return html`
    ${used.length === 0 ? "" : limitList(used, name, props)}
    ${
      unused.length === 0
        ? ""
        : html`<details>
            <summary>${unused.length} of which nothing is used now</summary>
            ${limitList(unused, name, props)}
          </details>`
    }
  `;
}

function limitList(
  limitsOf: readonly Fullness[],
  provider: string,
  { formats, now }: Pick<PageProps, "formats" | "now">,
): ComponentChildren {
  return html`<ul class="list">
    ${limitsOf.map(
      ({ name, bucket, used, limit, share, tone, resetsAt }) =>
        html`<li key=${`${bucket} ${name}`} class="limit">
          <span>${name} <span class="muted">${bucket.replace(`${provider}/`, "")}</span></span>
          ${meter({ share, tone, label: `${name} of ${bucket}`, text: `${formats.short(used)} of ${formats.short(limit)}` })}
          <span class="muted">${used > 0 ? `free ${formats.until(resetsAt, now)}` : ""}</span>
        </li>`,
    )}
  </ul>`;
}

function controls(row: ProviderRow, { asker, refresh }: Pick<PageProps, "asker" | "refresh">): ComponentChildren {
  const { name, health } = row;
  const isOn = health?.enabled === true;
  const fixed = whyFixed(row);
  const path = `/api/providers/${encodeURIComponent(name)}`;
  const toggle = async () => {
    await asker.ask(`${path}/toggle`, { method: "PUT", body: { enabled: !isOn } });
    await refresh();
    return isOn ? "switched off" : "switched on";
  };
  const test = async () => {
    const answer = await asker.ask<{ status: string; message?: string; model_used?: string; error_type?: string }>(
      `${path}/test`,
      { method: "POST", body: {}, also: [503] },
    );
    void refresh();
    if (answer.status === "success") return `${answer.model_used ?? name} answers`;
    return [answer.error_type, answer.message].filter((text) => text !== undefined).join(": ");
  };
  return html`
    ${action({ text: "Test", label: `Test the connection to ${name}`, run: test, kind: "quiet", disabled: !isOn })}
    ${
      fixed === undefined
        ? action({
            text: isOn ? "Switch off" : "Switch on",
            label: `Switch ${name} ${isOn ? "off" : "on"}`,
            run: toggle,
            kind: isOn ? "quiet" : "primary",
          })
        : html`<span class="muted">${fixed}</span>`
    }
  `;
}
