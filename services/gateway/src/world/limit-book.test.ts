import { describe, expect, it } from "@jest/globals";
import type { LimitSettings } from "@switchyard/service-kit";

import { modelInfo } from "../testing/fake-service.ts";
import { gatewaySettings, providerSettings } from "../testing/gateway-settings.ts";
import { createLimitBook } from "./limit-book.ts";

const limit = (models?: string[]): LimitSettings => ({
  resource: "requests",
  algorithm: "sliding_window",
  limit: 5,
  windowMs: 60_000,
  ...(models === undefined ? {} : { models }),
});

function resourcesFor(limits: LimitSettings[]): number {
  const settings = gatewaySettings([providerSettings("one", "http://127.0.0.1:1", { limits })]);
  const model = modelInfo("claude-opus-5", { id: "Vendor/Opus", quota_bucket: "lineage-opus" });
  return createLimitBook().limitsOf(settings, { provider: "one", model }).length;
}

describe("limits of a candidate", () => {
  it.each([
    [undefined, 1],
    [["claude-opus-5"], 1],
    [["vendor/opus"], 1],
    [["lineage-opus"], 1],
    [["claude-*"], 1],
    [["*opus"], 1],
    [["claude-haiku-5"], 0],
    [["claude-opus-5-more*"], 0],
    [[], 0],
  ])("named for %j: %i of one", (models, count) => {
    expect(resourcesFor([limit(models)])).toBe(count);
  });

  it("are those that name it, before those for all", () => {
    expect(resourcesFor([limit(), { ...limit(["claude-opus-5"]), limit: 9 }])).toBe(1);
    expect(resourcesFor([limit(), { ...limit(["claude-opus-5"]), windowMs: 1000 }])).toBe(2);
  });

  it("are none for a provider that nobody knows, and follow new settings", () => {
    const book = createLimitBook();
    const model = modelInfo("m");
    const settings = gatewaySettings([providerSettings("one", "http://127.0.0.1:1", { limits: [limit()] })]);
    expect(book.limitsOf(settings, { provider: "two", model })).toEqual([]);
    expect(book.limitsOf(settings, { provider: "one", model })).toHaveLength(1);
    const without = gatewaySettings([providerSettings("one", "http://127.0.0.1:1")]);
    expect(book.limitsOf(without, { provider: "one", model })).toEqual([]);
  });

  it("hold the places of the whole provider, whatever the model", () => {
    const settings = gatewaySettings([providerSettings("one", "http://127.0.0.1:1", { maxConcurrentRequests: 4 })]);
    expect(createLimitBook().limitsOf(settings, { provider: "one", model: modelInfo("m") })).toMatchObject([
      { resource: "concurrency", scope: "provider", limit: 4 },
    ]);
  });
});
