import { describe, expect, it } from "@jest/globals";
import { createCatalog, PROVIDER_KINDS } from "@switchyard/catalog";

import { findQuirks } from "./index.ts";

const catalog = createCatalog();
const kinds = ["openai", "azure", "gemini", "deepseek", "ollama", "openai-compatible"] as const;

describe("findQuirks", () => {
  it("has a table for its own kinds and for no other", () => {
    const served = PROVIDER_KINDS.filter((kind) => findQuirks({ kind }) !== undefined);
    expect(served.toSorted()).toEqual(kinds.toSorted());
  });

  it("takes a date for the older API, where the deployment stands in the path", () => {
    expect(findQuirks({ kind: "azure", apiVersion: "2025-04-01-preview" })?.addresses.chat).toContain("{model}");
    for (const apiVersion of ["v1", "preview", ""])
      expect(findQuirks({ kind: "azure", apiVersion })?.addresses.chat).not.toContain("{model}");
    expect(findQuirks({ kind: "openai", apiVersion: "2025-04-01" })?.addresses.chat).not.toContain("{model}");
  });

  it.each(kinds)("%s adopts its own models and never a Claude model, which the tiers serve", (kind) => {
    const quirks = findQuirks({ kind });
    for (const { id } of catalog.offersOf(kind)) expect([id, quirks?.adopts.test(id)]).toEqual([id, true]);
    for (const claude of ["claude-opus-5", "claude-haiku-4-5-20251001"])
      expect([claude, quirks?.adopts.test(claude)]).toEqual([claude, false]);
  });

  it.each(kinds)("%s reaches every model of the catalogue by an API that it has", (kind) => {
    const quirks = findQuirks({ kind });
    for (const { dialect } of catalog.offersOf(kind)) expect(quirks?.addresses[dialect]).toBeDefined();
    expect(quirks?.addresses[quirks.newModelDialect]).toBeDefined();
  });
});
