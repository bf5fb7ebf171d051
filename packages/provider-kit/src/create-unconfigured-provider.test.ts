import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";

import { createUnconfiguredProvider } from "./create-unconfigured-provider.ts";
import type { RequestContext } from "./provider.ts";
import { createProviderSettings } from "./testing/index.ts";

const catalog = createCatalog();

function open(overrides: Partial<Parameters<typeof createProviderSettings>[0]> = {}) {
  return createUnconfiguredProvider(
    createProviderSettings({ kind: "openrouter", enabled: false, ...overrides }),
    catalog,
  );
}

describe("createUnconfiguredProvider", () => {
  it("says what is missing", () => {
    expect(open({ missing: ["OPENROUTER_API_KEY"], reason: "no key" }).status()).toEqual({
      status: "unconfigured",
      missing: ["OPENROUTER_API_KEY"],
      reason: "no key",
    });
  });

  it("authorizes nothing, and names what to set", async () => {
    const provider = open({ missing: ["OPENROUTER_API_KEY"] });
    const [model] = provider.models();
    if (model === undefined) throw new Error("no model");
    const context: RequestContext = { requestId: "r", model, stream: false, clientHeaders: {} };
    await expect(provider.authorize(context)).rejects.toMatchObject({ status: 503, failure: "unconfigured" });
    await expect(provider.authorize(context)).rejects.toThrow("Set OPENROUTER_API_KEY.");
  });

  it("gives its reason where nothing is missing", async () => {
    const provider = open({ reason: "The public host was retired on 2026-07-30." });
    await expect(provider.check(new AbortController().signal)).rejects.toThrow("retired on 2026-07-30");
  });
});
