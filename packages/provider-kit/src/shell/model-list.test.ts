import { createCatalog } from "@switchyard/catalog";
import { describe, expect, it } from "@jest/globals";
import { GatewayError } from "@switchyard/wire";

import type { Provider } from "../provider.ts";
import { listModels, showModel } from "./model-list.ts";

const catalog = createCatalog();

function createProvider(...variants: readonly { id: string; canonical: string }[]): Provider {
  const models = variants.map(({ id, canonical }) => ({
    ...catalog.customModelInfo({ modelId: id, modelName: id, direct: false }),
    canonical,
    aliases: [`${id}-alias`],
  }));
  return {
    name: "some",
    kind: "ollama",
    models: () => models,
    tiers: () => ({ big: [], middle: [], small: [] }),
    status: () => ({ status: "ok" }),
    authorize: () => Promise.resolve({}),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const VARIANTS = createProvider(
  { id: "coder:latest", canonical: "coder" },
  { id: "coder:30b", canonical: "coder" },
  { id: "oss:latest", canonical: "oss:20b" },
  { id: "oss:20b", canonical: "oss:20b" },
);

const idsOf = (provider: Provider, query: string) =>
  listModels(provider, new URLSearchParams(query)).data.map(({ id }) => id);

describe("listModels", () => {
  it("gives variants of one model names of their own, the first the model's", () => {
    expect(idsOf(VARIANTS, "")).toEqual(["coder", "coder:30b", "oss:20b"]);
  });

  it("pages through all of them, forwards and backwards", () => {
    const first = listModels(VARIANTS, new URLSearchParams("limit=2"));
    expect(first).toMatchObject({ has_more: true, first_id: "coder", last_id: "coder:30b" });
    expect(idsOf(VARIANTS, "limit=2&after_id=coder:30b")).toEqual(["oss:20b"]);
    expect(idsOf(VARIANTS, "limit=1&before_id=oss:20b")).toEqual(["coder:30b"]);
  });

  it("has nothing to list where there are no models", () => {
    expect(listModels(createProvider(), new URLSearchParams())).toMatchObject({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  it.each(["limit=0", "limit=1001", "limit=many", "limit=1.5", "after_id=nobody", "before_id=nobody"])(
    "refuses %s",
    (query) => {
      expect(() => listModels(VARIANTS, new URLSearchParams(query))).toThrow(GatewayError);
    },
  );
});

describe("showModel", () => {
  it("shows what the list shows under that name", () => {
    for (const id of idsOf(VARIANTS, "")) expect(showModel(VARIANTS, id)).toMatchObject({ id });
    expect(showModel(VARIANTS, "coder:30b").provider_model).toBe("coder:30b");
    expect(showModel(VARIANTS, "coder").provider_model).toBe("coder:latest");
  });

  it("finds a model by its upstream's id and by its other names", () => {
    expect(showModel(VARIANTS, "coder:latest").id).toBe("coder");
    expect(showModel(VARIANTS, "coder:30b-alias").provider_model).toBe("coder:30b");
  });

  it("says not_found_error of a name that nobody has", () => {
    expect(() => showModel(VARIANTS, "nobody")).toThrow("model: nobody");
  });
});
