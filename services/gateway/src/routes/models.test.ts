import { describe, expect, it } from "@jest/globals";

import { modelInfo } from "../testing/fake-service.ts";

import { get, MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("GET /v1/models", () => {
  const models = [
    [modelInfo("claude-test"), modelInfo("gpt-x", { id: "vendor/gpt-x", tier: "middle" })],
    [modelInfo("claude-test"), modelInfo("gemini-y", { tier: "small" })],
  ];

  it("lists every model once, in both shapes, the others under ids that contain claude", async () => {
    const started = await mesh(2, { models });
    const { json, status } = await get(started, "/v1/models?limit=1000");
    expect(status).toBe(200);
    expect(json).toMatchObject({
      object: "list",
      has_more: false,
      first_id: "claude-test",
      last_id: "claude-via-mesh/gemini-y",
    });
    expect(json["data"]).toMatchObject([
      {
        type: "model",
        object: "model",
        id: "claude-test",
        display_name: "claude-test",
        owned_by: "one",
        providers: ["one", "two"],
      },
      { id: "claude-via-mesh/gpt-x", provider_model: "vendor/gpt-x", provider: "one" },
      { id: "claude-via-mesh/gemini-y", provider: "two" },
    ]);
  });

  it("tells of each model its window, its price, when it retires, and that somebody can answer", async () => {
    const price = { input: 3, output: 15, cache_read: 0.3 };
    const retires_at = "2027-02-01T00:00:00Z";
    const started = await mesh(1, {
      models: [[modelInfo("claude-test", { price, retires_at, context_window: 1_000_000 })]],
    });
    const shown = async () => ((await get(started, "/v1/models")).json["data"] as unknown[])[0];
    expect(await shown()).toMatchObject({
      context_window: 1_000_000,
      max_output_tokens: 64_000,
      price,
      retires_at,
      tier: "big",
      available: true,
    });
  });

  it("goes by pages in both directions", async () => {
    const started = await mesh(2, { models });
    const ids = async (query: string) => {
      const { json } = await get(started, `/v1/models?${query}`);
      return [(json["data"] as { id: string }[]).map(({ id }) => id), json["has_more"]];
    };
    expect(await ids("limit=2")).toEqual([["claude-test", "claude-via-mesh/gpt-x"], true]);
    expect(await ids("limit=2&after_id=claude-via-mesh%2Fgpt-x")).toEqual([["claude-via-mesh/gemini-y"], false]);
    expect(await ids("limit=1&before_id=claude-via-mesh/gemini-y")).toEqual([["claude-via-mesh/gpt-x"], true]);
    expect((await get(started, "/v1/models?limit=0")).status).toBe(400);
    expect((await get(started, "/v1/models?after_id=nothing")).status).toBe(400);
  });

  it("shows one model, by an id with a slash too", async () => {
    const started = await mesh(2, { models });
    expect((await get(started, "/v1/models/claude-via-mesh/gpt-x")).json).toMatchObject({
      id: "claude-via-mesh/gpt-x",
    });
    expect((await get(started, "/v1/models/claude-via-mesh%2Fgpt-x")).json).toMatchObject({
      id: "claude-via-mesh/gpt-x",
    });
    expect((await get(started, "/v1/models/nothing")).status).toBe(404);
  });

  it("gives requests under such an id to that model", async () => {
    const started = await mesh(2, { models });
    const received = await post(started, { ...MINIMAL, model: "claude-via-mesh/gemini-y" });
    expect(received.headers.get("x-switchyard-model")).toBe("gemini-y");
  });
});
