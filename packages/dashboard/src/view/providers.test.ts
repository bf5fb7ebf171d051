import { describe, expect, it } from "@jest/globals";

import type { Limit, ProviderHealth } from "./api-types.ts";
import { health, overview, providerStats, stats } from "./overview.fixture.ts";
import { isConfigured, listProviders, listTroubles, move, whyFixed } from "./providers.ts";

function row(changes: Partial<ProviderHealth>) {
  const [first] = listProviders(overview({ providers: { north: health(changes) } }), undefined);
  if (first === undefined) throw new Error("no row");
  return first;
}

function limit(resource: string, used: number, most: number): Limit {
  return { resource, window_seconds: 60, limit: most, used, resets_at: "" };
}

describe("the list of providers", () => {
  it("has who can be asked by priority, then who was used, then who was never set up", () => {
    const providers = {
      unused: health({ status: "unconfigured", enabled: false, priority: 0 }),
      second: health({ priority: 20 }),
      first: health({ priority: 10 }),
      off: health({ status: "disabled", enabled: false, reason: "switched off at run time" }),
    };
    const used = stats({ provider_stats: { off: providerStats(3, 3), removed: providerStats(1, 1) } });
    const names = listProviders(overview({ providers }), used).map(({ name, status }) => [name, status]);
    expect(names).toEqual([
      ["first", "healthy"],
      ["second", "healthy"],
      ["off", "disabled"],
      ["removed", "gone"],
      ["unused", "unconfigured"],
    ]);
  });

  it("is empty before the first answer", () => {
    expect(listProviders(undefined, undefined)).toEqual([]);
  });

  it.each<[string, Partial<ProviderHealth>, string | undefined]>([
    ["one that is on", {}, undefined],
    ["one that was switched off", { enabled: false, reason: "switched off at run time" }, undefined],
    ["one without a credential", { enabled: false, missing: ["A_KEY", "B"] }, "set A_KEY, B first"],
    ["one that its settings switch off", { enabled: false, reason: "retired" }, "retired"],
    ["one that is off without a word", { enabled: false }, "off by the settings"],
  ])("can switch %s, or says why not", (_name, changes, why) => {
    expect(whyFixed(row(changes))).toBe(why);
    expect(isConfigured(row(changes))).toBe(why === undefined);
  });

  it("names the fullest limit of each; a limit of nothing is full", () => {
    const limits = { big: [limit("requests", 4, 50)], small: [limit("input_tokens", 900, 1000)] };
    expect(row({ limits }).fullest).toMatchObject({ name: "input tokens per minute", share: 0.9, tone: "warn" });
    expect(row({ limits: { big: [limit("requests", 0, 0)] } }).fullest).toMatchObject({ share: 1, tone: "bad" });
    expect(row({ limits: { big: [limit("concurrency", 1, 4)] } }).fullest?.name).toBe("at the same time");
    expect(row({}).fullest).toBeUndefined();
  });

  it("tells rests, breakers and what is left out", () => {
    const troubles = listTroubles(
      health({
        resting: [{ scope: "provider", failure: "billing", until: null }],
        breakers: { m: { state: "half_open", failures_in_row: 5, open_until: null } },
        left_out: { m: [{ kind: "field", name: "thinking", until: "2026-11-21T13:00:00Z" }] },
      }),
      [{ provider: "north", bucket: "big", share: 0.25 }],
    );
    expect(troubles).toEqual([
      { text: "All of it rests: billing", until: null },
      { text: "big comes back after a rest: it gets 25 % of its traffic", until: undefined },
      { text: "Breaker of m is half open, 5 failures in a row", until: undefined },
      { text: "m gets no field thinking: it refused it", until: "2026-11-21T13:00:00Z" },
    ]);
  });

  it.each([
    [0, 1, ["b", "a", "c"]],
    [2, -1, ["a", "c", "b"]],
    [0, -1, ["a", "b", "c"]],
    [2, 1, ["a", "b", "c"]],
    [7, 1, ["a", "b", "c"]],
  ] as const)("moves entry %d by %d", (from, by, expected) => {
    expect(move(["a", "b", "c"], from, by)).toEqual(expected);
  });
});
