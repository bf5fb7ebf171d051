import { describe, expect, it } from "@jest/globals";
import type { ModelInfo } from "@switchyard/wire";

import { modelInfo } from "../testing/fake-service.ts";
import { get, MINIMAL, post, type TestMesh, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

/** The models of a provider that takes so many dollars per million tokens. */
function price(input: number): ModelInfo[] {
  return [modelInfo("claude-test", { price: { input, output: input } })];
}

function put(started: TestMesh, path: string, body?: unknown): Promise<Response> {
  return fetch(started.gateway.url + path, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe("what is switched at run time", () => {
  it("the routing strategy changes at once, shows in /info and /stats, and goes back to the settings' own", async () => {
    const started = await mesh(2, { models: [price(50), price(1)], gateway: { strategy: "priority" } });
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("one");
    const changed = await post(started, { strategy: "cost" }, {}, "/admin/routing-strategy");
    expect(changed.json).toEqual({ status: "success", strategy: "cost", previous: "priority" });
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("two");
    expect((await get(started, "/info")).json).toMatchObject({ routing_strategy: "cost" });
    expect((await get(started, "/stats")).json).toMatchObject({ router_stats: { strategy: "cost" } });
    await post(started, { strategy: null }, {}, "/admin/routing-strategy");
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("one");
  });

  it.each([
    [{ strategy: "best" }, "strategy"],
    [{}, "strategy"],
    [{ strategy: "cost", more: 1 }, "more"],
    ["not json", "JSON"],
  ])("%j is refused, and says what is wrong", async (body, word) => {
    const started = await mesh(1);
    const { status, text } = await post(started, body, {}, "/admin/routing-strategy");
    expect(status).toBe(400);
    expect(text).toContain(word);
  });

  it("a header chooses the strategy for one request", async () => {
    const started = await mesh(2, { models: [price(50), price(1)], gateway: { strategy: "priority" } });
    const headers = { "x-switchyard-strategy": "cost" };
    expect((await post(started, MINIMAL, headers)).headers.get("x-switchyard-provider")).toBe("two");
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("one");
  });

  it("a provider that is switched off gets nothing until it is switched on", async () => {
    const started = await mesh(2, { gateway: { strategy: "priority" } });
    expect(await (await put(started, "/api/providers/one/toggle", { enabled: false })).json()).toEqual({
      status: "success",
      provider: "one",
      enabled: false,
    });
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("two");
    expect((await get(started, "/health")).json).toMatchObject({ providers: { one: { status: "disabled" } } });
    await put(started, "/api/providers/one/toggle");
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("one");
  });

  it("a provider that its configuration has off cannot be switched on, and the answer says what to set", async () => {
    const started = await mesh(2, { providers: [{ enabled: false, missing: ["ONE_KEY"] }] });
    const answer = await put(started, "/api/providers/one/toggle", { enabled: true });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("set ONE_KEY");
    expect((await put(started, "/api/providers/nobody/toggle", { enabled: true })).status).toBe(404);
  });
});

describe("GET /admin/explain/:requestId", () => {
  it("tells of a past request what every candidate scored, who was asked and what came of it", async () => {
    const started = await mesh(2, { gateway: { strategy: "priority" } });
    started.services[0]?.answers((response) => response.writeHead(500).end("{}"));
    const answer = await post(started);
    const id = answer.headers.get("request-id");
    const { status, json } = await get(started, `/admin/explain/${id}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      request_id: id,
      strategy: "priority",
      outcome: "success",
      candidates: [{ provider: "one" }, { provider: "two", terms: { reliability: expect.anything() } }],
      attempts: [
        { provider: "one", result: "overloaded" },
        { provider: "two", result: "answered" },
      ],
    });
  });

  it("says so when nothing is known of it", async () => {
    const started = await mesh(1);
    const { status, text } = await get(started, "/admin/explain/req_unknown");
    expect(status).toBe(404);
    expect(text).toContain("req_unknown");
  });
});
