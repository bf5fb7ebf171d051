import { describe, expect, it } from "@jest/globals";

import { createCatalog } from "../create-catalog.ts";
import type { CatalogModel } from "../model.ts";
import { findKin } from "./find-kin.ts";

const catalog = createCatalog();
const [template] = catalog.models;

/** A catalogue of its own, so that the rules stay under test when the models change. */
const MODELS = [
  known("claude-opus-5-5", "opus", "big"),
  known("claude-opus-5", "opus", "big"),
  known("claude-opus-4-8", "opus", "big"),
  known("claude-haiku-5-5", "haiku", "small"),
  known("gpt-6.1-sol", "gpt-6", "big", 1),
  known("gpt-6.1-terra", "gpt-6", "middle", 2),
  known("gpt-6-sol", "gpt-6", "big"),
  known("gpt-6-luna", "gpt-6", "small"),
  known("gpt-5.6-luna", "gpt-5.6", "small"),
  known("gpt-5.5", "gpt-5.5", "big"),
  known("gpt-4o", "gpt-4o", "middle"),
  known("gemini-4-argon", "gemini", "big"),
  known("gemini-3.8-flash", "gemini", "middle"),
  known("gemini-3.5-flash-lite", "gemini", "small"),
  known("gpt-oss:120b", "gpt-oss", "middle"),
];

function known(canonical: string, lineage: string, tier: CatalogModel["tier"], rank = 9): CatalogModel {
  if (template === undefined) throw new Error("the catalogue is empty");
  return { ...template, canonical, lineage, tier, rank };
}

function kinOf(name: string): string | undefined {
  return findKin(name, { models: MODELS, tier: catalog.tierOf(name) })?.canonical;
}

describe("the nearest kin of a name", () => {
  it.each([
    ["claude-opus-5-6", "claude-opus-5-5", "a newer version of a lineage"],
    ["claude-opus-6", "claude-opus-5-5", "the next one"],
    ["claude-opus-4-9", "claude-opus-4-8", "a version between known ones"],
    ["claude-opus-5-6-20270101", "claude-opus-5-5", "a dated id"],
    ["us.anthropic.claude-opus-5-6-v1:0", "claude-opus-5-5", "another cloud's spelling"],
    ["anthropic/claude-opus-5.6", "claude-opus-5-5", "a router's spelling"],
    ["claude-opus-5-6[1m]", "claude-opus-5-5", "the long window"],
    ["claude-opus-next", "claude-opus-5-5", "no version: the newest"],
    ["claude-haiku-9", "claude-haiku-5-5", "another lineage"],
    ["gpt-6.2-luna", "gpt-6-luna", "the same variant before a nearer version"],
    ["gpt-5.7-luna", "gpt-5.6-luna", "the nearer of two versions of a variant"],
    ["gpt-6.2-vega", "gpt-6.1-sol", "a variant nobody knows: the nearest version's biggest"],
    ["gpt-7", "gpt-6.1-sol", "a bare name: the nearest version, whatever its variant"],
    ["gemini-4.5-flash", "gemini-3.8-flash", "flash stays flash"],
    ["gemini-4-flash-lite-preview", "gemini-3.5-flash-lite", "stages are no variants"],
    ["gpt-oss:20b", "gpt-oss:120b", "the longer family name counts"],
  ])("%s is %s: %s", (name, kin) => {
    expect(kinOf(name)).toBe(kin);
  });

  it.each([
    ["claude-saga-6", "a lineage that nobody knows"],
    ["claude", "no lineage"],
    ["llama-5-maverick", "another maker"],
    ["gptx-5", "a name that only begins alike"],
    ["qwen3.5-27b-claude-4.6-opus-distilled", "a model that was taught by another"],
    ["gpt-6-tiny-embed-search", "too much that is new"],
    ["", "nothing"],
    ["---", "nothing but signs"],
  ])("%j has none: %s", (name) => {
    expect(kinOf(name)).toBeUndefined();
  });

  it("is never the model itself", () => {
    expect(kinOf("claude-opus-5-5")).toBe("claude-opus-5");
    expect(findKin("claude-haiku-5-5", { models: MODELS.slice(3, 4), tier: "small" })).toBeUndefined();
  });
});
