import { describe, expect, it } from "@jest/globals";
import type { LimitSettings, ProviderSettings } from "@switchyard/service-kit";
import { HEADERS, writeObservations } from "@switchyard/wire";

import { answerError, answerText, modelInfo } from "../testing/fake-service.ts";
import { get, MINIMAL, post, STREAMED, type TestMesh, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

/** A minute that begins just now, so that none ends while a test runs. */
function perMinute(limit: number, more: Partial<LimitSettings> = {}): Partial<ProviderSettings> {
  const window = { algorithm: "fixed_window", windowMs: 60_000, offsetMs: Date.now() % 60_000 } as const;
  return { limits: [{ resource: "requests", limit, ...window, ...more }] };
}

async function providersOf(started: TestMesh, count: number): Promise<(string | null)[]> {
  const names: (string | null)[] = [];
  for (let index = 0; index < count; index += 1) names.push((await post(started)).headers.get("x-switchyard-provider"));
  return names;
}

const QUICK = { queue: { maxWaitMs: 20, maxLength: 10 } };

describe("limits that are configured", () => {
  it("send no request to a provider that has no room, and the next ones elsewhere", async () => {
    const started = await mesh(2, { providers: [perMinute(2)] });
    expect(await providersOf(started, 4)).toEqual(["one", "one", "two", "two"]);
    expect(started.services[0]?.requests).toHaveLength(2);
  });

  it("sink a provider behind the others before it is full", async () => {
    const started = await mesh(2, { providers: [perMinute(5)], gateway: { rateLimitThreshold: 0.5 } });
    const names = await providersOf(started, 3);
    expect(names[0]).toBe("one");
    await until(async () => (await post(started)).headers.get("x-switchyard-provider") === "two");
  });

  it("hold for all models of one quota bucket together", async () => {
    const models = ["claude-test", "claude-more"].map((name) => modelInfo(name, { quota_bucket: "lineage" }));
    const started = await mesh(1, { providers: [perMinute(1)], models: [models], gateway: QUICK });
    expect((await post(started)).status).toBe(200);
    expect((await post(started, { ...MINIMAL, model: "claude-more" })).status).toBe(429);
    expect(started.services[0]?.requests).toHaveLength(1);
  });

  it("give an honest 429 with the true recovery when nobody has room, and what was not asked", async () => {
    const started = await mesh(2, { providers: [perMinute(1), perMinute(1)], gateway: QUICK });
    await providersOf(started, 2);
    const { status, headers, json } = await post(started);
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(json).toMatchObject({ error: { type: "rate_limit_error" } });
    expect(JSON.stringify(json)).toContain(
      "claude-test on two: not asked: throttled: its limit of requests is used up",
    );
  });

  it("let a request wait for room that comes soon", async () => {
    const started = await mesh(1, { providers: [perMinute(1, { algorithm: "token_bucket", windowMs: 300 })] });
    const answers = await Promise.all([post(started), post(started)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("count tokens by what the upstream counted, once it has said so", async () => {
    const limit = perMinute(1000, { resource: "output_tokens" });
    const started = await mesh(1, { providers: [limit] });
    await post(started, { ...MINIMAL, max_tokens: 900 });
    // The answer had 9 tokens: of the 900 that were reserved nothing is left.
    expect((await post(started, { ...MINIMAL, max_tokens: 900 })).status).toBe(200);
    const { json } = await get(started, "/admin/provider/one/health");
    expect(json).toMatchObject({ limits: { "claude-test": [{ resource: "output_tokens", limit: 1000, used: 18 }] } });
  });

  it("bound how many requests a provider has at the same time", async () => {
    const started = await mesh(2, { providers: [{ maxConcurrentRequests: 1 }] });
    const release = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    started.services[0]?.answers((response, request) => {
      arrived.resolve();
      void release.promise.then(() => answerText("one")(response, request));
    });
    const first = post(started);
    await arrived.promise;
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("two");
    release.resolve();
    expect((await first).headers.get("x-switchyard-provider")).toBe("one");
  });
});

describe("limits that answers tell of", () => {
  it("are known before they are hit, without any configuration", async () => {
    const observation = { resource: "requests", limit: 50, remaining: 0, resetMs: 60_000 } as const;
    const started = await mesh(2);
    started.services[0]?.answers(answerText("one", { [HEADERS.limits]: writeObservations([observation]) }));
    expect(await providersOf(started, 1)).toEqual(["one"]);
    await until(async () => (await post(started)).headers.get("x-switchyard-provider") === "two");
    const asked = started.services[0]?.requests.length;
    await providersOf(started, 3);
    expect(started.services[0]?.requests).toHaveLength(asked ?? 0);
  });

  it("never reach the client as they come from the service", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerText("one", { [HEADERS.limits]: writeObservations([]), "anthropic-x": "kept" }));
    const { headers } = await post(started, STREAMED);
    expect(headers.get(HEADERS.limits)).toBeNull();
    expect(headers.get("anthropic-x")).toBe("kept");
  });

  it("rest a bucket after a 429 until its reset, so that nobody is asked in vain", async () => {
    const started = await mesh(2);
    started.services[0]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "30" }));
    expect(await providersOf(started, 3)).toEqual(["two", "two", "two"]);
    expect(started.services[0]?.requests).toHaveLength(1);
    const { json } = await get(started, "/admin/provider/one/health");
    expect(json).toMatchObject({ rate_limit_info: [{ failure: "throttled", until: expect.any(String) }] });
  });
});
