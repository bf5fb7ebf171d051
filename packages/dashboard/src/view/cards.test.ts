import { describe, expect, it } from "@jest/globals";

import { type CardsNeed, makeCards } from "./cards.ts";
import { createFormats } from "./format.ts";
import { alert, overview, providerStats, stats } from "./overview.fixture.ts";

function cards(changes: Partial<CardsNeed> = {}) {
  const made = makeCards({
    overview: overview(),
    stats: { data: stats() },
    alerts: { data: [] },
    formats: createFormats("UTC", "en-US"),
    ...changes,
  });
  expect(JSON.stringify(made)).not.toMatch(/NaN|undefined|Infinity/);
  return made.map(({ value, more, tone }) => [value, more, tone]);
}

describe("the four cards", () => {
  it("of books that are empty say so, and divide nothing by nothing", () => {
    expect(cards()).toEqual([
      ["$0.00", "$0.00 this hour · 0 tokens", "plain"],
      ["0", "0 under way", "plain"],
      ["–", "nothing was asked yet", "plain"],
      ["0", "none", "good"],
    ]);
  });

  it("of a day", () => {
    const day = stats({
      total_cost: 12.5,
      total_requests: 1200,
      total_tokens: 3_100_000,
      hourly_costs: [
        { hour: "2026-11-21T12:00+00:00", cost: 1.25 },
        { hour: "2026-11-21T11:00+00:00", cost: 11.25 },
      ],
      provider_stats: { north: providerStats(1000, 1000), south: providerStats(200, 194) },
    });
    const busy = overview({ active_requests: 3, waiting_requests: { admission: 1, limits: 1 } });
    expect(cards({ stats: { data: day }, overview: busy, alerts: { data: [alert(), alert({ id: 2 })] } })).toEqual([
      ["$12.50", "$1.25 this hour · 3.1M tokens", "plain"],
      ["1,200", "3 under way · 2 waiting", "plain"],
      ["99.5%", "6 of 1,200 attempts at a provider failed", "good"],
      ["2", "client laptop: 90% of the budget of today is used", "warn"],
    ]);
  });

  it.each([
    [91, "good"],
    [90, "warn"],
    [71, "warn"],
    [70, "bad"],
    [0, "bad"],
  ])("%d of 100 that succeed are %s", (successful, tone) => {
    const data = stats({ total_requests: 100, provider_stats: { north: providerStats(100, successful) } });
    expect(cards({ stats: { data } })[2]?.[2]).toBe(tone);
  });

  it("say that the cost worker is away, and show what the gateway itself knows", () => {
    const away = { problem: "The cost worker does not answer" };
    expect(cards({ stats: away, alerts: away, overview: overview({ active_requests: 2 }) })).toEqual([
      ["–", "the cost worker is away", "plain"],
      ["–", "2 under way · the cost worker is away", "plain"],
      ["–", "the cost worker is away", "plain"],
      ["–", "the cost worker is away", "plain"],
    ]);
  });

  it("are empty while they are asked for", () => {
    expect(cards({ stats: {}, alerts: {}, overview: undefined }).map(([value]) => value)).toEqual(["–", "–", "–", "–"]);
  });
});
