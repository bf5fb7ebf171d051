import { describe, expect, it } from "@jest/globals";

import type { Overview } from "./api-types.ts";
import { createFormats } from "./format.ts";
import { alert, clientKey, health, overview } from "./overview.fixture.ts";
import { judge, type VerdictNeed } from "./verdict.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

function verdict(changes: Partial<Overview> = {}, more: Partial<VerdictNeed> = {}) {
  return judge({
    overview: { data: overview(changes) },
    alerts: { data: [] },
    keys: { data: [] },
    formats: createFormats("UTC", "en-US"),
    now: NOW,
    ...more,
  });
}

describe("whether all is well", () => {
  it("it is where nothing is the matter; who was never set up is nothing", () => {
    const providers = { north: health(), south: health({ status: "unconfigured", enabled: false, missing: ["KEY"] }) };
    expect(verdict({ providers })).toEqual({ tone: "good", title: "All is well", matters: [] });
  });

  it("nobody knows before the first answer", () => {
    expect(verdict({}, { overview: {} })).toMatchObject({ tone: "plain", matters: [] });
  });

  it("it is not where the gateway does not answer, from the start or since a while", () => {
    const gone = { overview: { problem: "nobody answers at this address" } };
    expect(verdict({}, gone)).toMatchObject({ tone: "bad", title: "The gateway does not answer" });
    const since = { overview: { data: overview(), problem: "it took too long" } };
    expect(verdict({}, since).matters[0]?.text).toContain("it took too long");
  });

  it.each<[string, Partial<Overview>, string]>([
    [
      "a service that is away",
      { providers: { north: health({ status: "unreachable", reason: "refused" }) } },
      "refused",
    ],
    [
      "a provider that fails",
      { providers: { north: health({ status: "unhealthy", last_failure_reason: "network" }) } },
      "network",
    ],
    [
      "one that fails more often than not",
      { providers: { north: health({ status: "degraded" }) } },
      "more often than not",
    ],
    [
      "one that rests",
      {
        providers: {
          north: health({
            status: "resting",
            resting: [{ scope: "provider", failure: "billing", until: null }],
          }),
        },
      },
      "north rests (billing), until its settings change or a test succeeds",
    ],
    [
      "a bucket that rests",
      {
        providers: {
          north: health({ resting: [{ scope: "bucket big", failure: "throttled", until: "2026-11-21T12:00:30Z" }] }),
        },
      },
      "north, bucket big rests (throttled), back in 30 s",
    ],
    [
      "an open breaker",
      { providers: { north: health({ breakers: { m: { state: "open", failures_in_row: 5, open_until: null } } }) } },
      "m failed too often",
    ],
    [
      "a limit that is used up",
      {
        providers: {
          north: health({
            limits: {
              b: [{ resource: "requests", window_seconds: 60, limit: 50, used: 50, resets_at: "2026-11-21T12:00:20Z" }],
            },
          }),
        },
      },
      "at its limit of requests per minute, free in 20 s",
    ],
    ["Redis that is away", { router_stats: { ...overview().router_stats, store: "alone" } }, "Redis is away"],
    ["requests without an answer", { stats: { total_requests: 20, failed_requests: 3 } }, "3 of 20 requests"],
  ])("it tells of %s", (_name, changes, text) => {
    const { tone, matters } = verdict(changes);
    expect(tone).toBe("warn");
    expect(matters.map((matter) => matter.text).join()).toContain(text);
  });

  it.each<[string, Partial<Overview>]>([
    [
      "a limit that is nearly used up",
      {
        providers: {
          north: health({
            limits: { b: [{ resource: "requests", window_seconds: 60, limit: 50, used: 49, resets_at: "" }] },
          }),
        },
      },
    ],
    [
      "a half open breaker",
      {
        providers: { north: health({ breakers: { m: { state: "half_open", failures_in_row: 5, open_until: null } } }) },
      },
    ],
    [
      "a provider that somebody switched off while it rested",
      {
        providers: {
          north: health(),
          south: health({
            status: "disabled",
            enabled: false,
            resting: [{ scope: "provider", failure: "auth", until: null }],
          }),
        },
      },
    ],
    ["a failure or two after the start", { stats: { total_requests: 3, failed_requests: 2 } }],
  ])("it does not tell of %s", (_name, changes) => {
    expect(verdict(changes).matters).toEqual([]);
  });

  it("it tells of active alerts, of budgets that are used up, and of a cost worker that is away", () => {
    const used = clientKey({ budgets: { hour: null, day: 5, month: null }, spent: { hour: 0, day: 5.5, month: 0 } });
    const { matters } = verdict({}, { alerts: { data: [alert(), alert({ active: false })] }, keys: { data: [used] } });
    expect(matters.map(({ text }) => text)).toEqual([
      "client laptop: 90% of the budget of today is used",
      "laptop has used 110% of its budget of this day",
    ]);
    expect(verdict({}, { alerts: { problem: "The cost worker does not answer" } }).matters).toHaveLength(1);
  });

  it("it is bad where nobody can answer, and says whether anybody was ever set up", () => {
    const bare = {
      status: "unhealthy",
      providers: { north: health({ status: "unconfigured", enabled: false }) },
    } as const;
    expect(verdict(bare)).toMatchObject({ tone: "bad", title: "No provider is set up" });
    const broken = { status: "unhealthy", providers: { north: health({ status: "unreachable" }) } } as const;
    expect(verdict(broken)).toMatchObject({ tone: "bad", title: "No provider can answer" });
  });

  it("the worst comes first", () => {
    const providers = {
      north: health({ status: "degraded" }),
      south: health({ status: "unreachable", reason: "refused" }),
    };
    expect(verdict({ providers }).matters.map(({ tone }) => tone)).toEqual(["bad", "warn"]);
  });
});
