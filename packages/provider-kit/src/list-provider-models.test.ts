import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import type { ModelInfo } from "@switchyard/wire";

import { listProviderModels } from "./list-provider-models.ts";
import { createProviderSettings } from "./testing/index.ts";

const catalog = createCatalog();

function idsOf(models: readonly ModelInfo[]): string[] {
  return models.map(({ id }) => id);
}

describe("listProviderModels", () => {
  it("offers what the catalogue knows of the kind, in the catalogue's order", () => {
    const { models, tiers } = listProviderModels(createProviderSettings({ kind: "vertex" }), catalog);
    expect(idsOf(models)).toEqual(idsOf(catalog.offersOf("vertex")));
    expect(tiers).toEqual(catalog.tiersOf("vertex"));
  });

  it("takes prices and quotas of the location", () => {
    const settings = createProviderSettings({ kind: "vertex" });
    const [global] = listProviderModels(settings, catalog, { location: "global" }).models;
    const [regional] = listProviderModels(settings, catalog, { location: "us-east5" }).models;
    expect(regional?.quota_bucket).not.toBe(global?.quota_bucket);
    expect(regional?.price?.input).toBeGreaterThan(global?.price?.input ?? Infinity);
  });

  it("keeps configured tiers as they are and fills the others by preference", () => {
    const settings = createProviderSettings({ kind: "openai", models: { big: ["my-model"], middle: [], small: [] } });
    const { models, tiers } = listProviderModels(settings, catalog);
    expect(tiers.big).toEqual(["my-model"]);
    expect(tiers.small).toEqual(catalog.tiersOf("openai").small);
    expect(models.find(({ id }) => id === "my-model")).toMatchObject({ tier: "big", dialect: "chat" });
  });

  it("takes another spelling of an id for the offer of the same model", () => {
    const offer = catalog.offersOf("openrouter").find(({ canonical }) => canonical === "claude-opus-4-8");
    const id = "anthropic/claude-opus-4-8";
    expect(offer?.id).not.toBe(id);
    const settings = createProviderSettings({ kind: "openrouter", models: { big: [id], middle: [], small: [] } });
    const model = listProviderModels(settings, catalog).models.find((candidate) => candidate.id === id);
    expect(model).toMatchObject({ canonical: "claude-opus-4-8", dialect: "messages", price: offer?.price });
  });

  it("asks the provider for the dialect of a model that nobody knows", () => {
    const settings = createProviderSettings({
      kind: "openrouter",
      models: { big: ["new/one"], middle: [], small: [] },
    });
    const { models } = listProviderModels(settings, catalog, { dialectOf: () => "messages" });
    expect(models.find(({ id }) => id === "new/one")?.dialect).toBe("messages");
  });

  it("has configured custom models besides, and serves every tier with them where there is nothing else", () => {
    const settings = createProviderSettings({
      kind: "openai-compatible",
      name: "house",
      customModels: [
        {
          modelId: "house-coder",
          modelName: "org/coder-1",
          maxTokens: 4096,
          contextWindow: 32_000,
          extraHeaders: {},
          extraBody: {},
          canStream: true,
          direct: false,
        },
      ],
    });
    const { models, tiers } = listProviderModels(settings, catalog);
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({ id: "org/coder-1", context_window: 32_000, max_output_tokens: 4096 });
    expect(tiers).toEqual({ big: ["org/coder-1"], middle: ["org/coder-1"], small: ["org/coder-1"] });
  });

  it("reaches a configured deployment like the model that it is", () => {
    const offer = catalog.offersOf("azure").find(({ dialect }) => dialect === "responses");
    const deployment = {
      modelId: offer?.id ?? "",
      modelName: "prod-1",
      extraHeaders: {},
      extraBody: {},
      canStream: true,
    };
    const settings = (direct: boolean) =>
      createProviderSettings({ kind: "azure", customModels: [{ ...deployment, direct }] });
    const find = (direct: boolean) =>
      listProviderModels(settings(direct), catalog).models.find(({ id }) => id === "prod-1");
    expect(find(false)).toMatchObject({ canonical: offer?.canonical, dialect: "responses" });
    expect(find(true)?.dialect).toBe("messages");
  });

  it("takes the upstream's own list instead of the catalogue's", () => {
    const [first] = catalog.offersOf("openai");
    const listed: ModelInfo[] = first === undefined ? [] : [{ ...first, context_window: 8000 }];
    const { models, tiers } = listProviderModels(createProviderSettings({ kind: "openai" }), catalog, {
      offers: listed,
      tiers: { big: [first?.id ?? "", "gone"], middle: [], small: [] },
    });
    expect(models).toEqual(listed);
    expect(tiers.big).toEqual([first?.id]);
  });

  it("names configured aliases and caps the output", () => {
    const [first] = catalog.offersOf("openai");
    const id = first?.id ?? "";
    const settings = createProviderSettings({ kind: "openai", aliases: { boss: id }, maxTokens: 1000 });
    const model = listProviderModels(settings, catalog).models.find((candidate) => candidate.id === id);
    expect(model?.aliases).toContain("boss");
    expect(model?.max_output_tokens).toBe(1000);
  });

  it("gives a second provider of a kind quotas of its own", () => {
    const first = listProviderModels(createProviderSettings({ kind: "openai" }), catalog).models;
    const second = listProviderModels(createProviderSettings({ kind: "openai", name: "openai-2" }), catalog).models;
    const shared = first.map(({ quota_bucket }) => quota_bucket);
    for (const { quota_bucket } of second) expect(shared).not.toContain(quota_bucket);
  });

  it("leaves the catalogue's own data as it was", () => {
    const before = JSON.stringify(catalog.offersOf("openai"));
    listProviderModels(createProviderSettings({ kind: "openai", maxTokens: 1 }), catalog);
    expect(JSON.stringify(catalog.offersOf("openai"))).toBe(before);
  });
});
