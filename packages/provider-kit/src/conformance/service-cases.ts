import Anthropic from "@anthropic-ai/sdk";
import { expect, type it } from "@jest/globals";
import { HEADERS, type ProviderInfo } from "@switchyard/wire";

import { type ConformanceBench, isGeneration } from "./conformance-bench.ts";
import { readStream } from "./message-stream.ts";

/** What a service tells of itself, what it sends and what it keeps to itself. */
export function registerServiceCases(bench: ConformanceBench, it_: typeof it): void {
  const secret = bench.setup.secret ?? "test-key";

  it_("stops the upstream within 100 ms of the client's leaving, before and after the first output", async () => {
    const silent = { delivery: { firstByteDelayMs: 5000 } };
    const talking = { blocks: [{ type: "text" as const, text: "word ".repeat(500) }], delivery: { eventDelayMs: 20 } };
    for (const scenario of [silent, talking]) {
      bench.reset(scenario);
      const abort = new AbortController();
      const answer = bench.post({ signal: abort.signal });
      answer.catch(() => {});
      await bench.simulator.waitFor(isGeneration);
      if (scenario === talking) await (await answer).body?.getReader().read();
      const leftAt = Date.now();
      abort.abort();
      const request = await bench.simulator.waitFor(({ abortedAt }) => abortedAt !== undefined);
      expect((request.abortedAt ?? 0) - leftAt).toBeLessThan(100);
    }
  });

  it_("sends the configured headers, its credential, and nothing of the client's", async () => {
    const service = await bench.start({ settings: { customHeaders: { "X-Team": "blue" } } });
    bench.reset({});
    const headers = { authorization: "Bearer the-clients-token", cookie: "session=1", "x-forwarded-for": "10.0.0.1" };
    await (await bench.post({ headers: { ...headers, "x-switchyard-provider": "x" } }, service)).text();
    const [sent] = bench.generations();
    const all = JSON.stringify(sent?.headers);
    expect(sent?.headers["x-team"]).toBe("blue");
    for (const own of ["the-clients", "session=1", "10.0.0.1", "x-switchyard"]) expect(all).not.toContain(own);
    expect(sent?.headers["content-type"]).toContain("application/json");
  });

  it_("refuses to follow a redirect, so that its credential goes nowhere else", async () => {
    const elsewhere = await bench.setup.startSimulator();
    try {
      for (const status of [302, 307, 308]) {
        bench.reset({ fault: { type: "redirect", status, location: `${elsewhere.url}/v1/messages` } });
        const response = await bench.post({ inner: true });
        expect(response.status).toBe(502);
        expect(await response.text()).toContain("redirect");
      }
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it_("tells its credential to nobody, although the upstream repeats it", async () => {
    const texts: string[] = [];
    const repeating = { error: { status: 401, message: `Incorrect key ${secret} provided` } };
    for (const scenario of [{}, repeating, { error: { status: 400, message: `No: ${secret}` } }]) {
      bench.reset(scenario);
      const response = await bench.post();
      texts.push(JSON.stringify([...response.headers]), await response.text());
    }
    for (const path of ["/info", "/health", "/metrics", "/v1/models"]) texts.push(await (await bench.get(path)).text());
    expect(texts.join("\n")).not.toContain(secret);
    expect(texts.join("\n")).toContain("Incorrect key");
  });

  it_("answers under one request id", async () => {
    bench.reset({ error: { status: 500 } });
    const response = await bench.post({ inner: true, headers: { [HEADERS.innerRequestId]: "req_of_the_gateway" } });
    expect(response.headers.get("request-id")).toBe("req_of_the_gateway");
  });

  it_("says what it is: models with windows and prices, tiers of these models", async () => {
    const info = (await (await bench.get("/info")).json()) as ProviderInfo;
    expect(info).toMatchObject({ status: "ok", simulated: false });
    const model = info.models.find(({ id }) => id === bench.setup.model);
    expect(model?.context_window).toBeGreaterThan(0);
    expect(model?.max_output_tokens).toBeGreaterThan(0);
    const ids = info.models.map(({ id }) => id);
    for (const tier of Object.values(info.tiers)) for (const id of tier) expect(ids).toContain(id);
    expect(info.tiers.big.length).toBeGreaterThan(0);
  });

  it_("lists its models in the API's shape, page by page", async () => {
    type Page = { data: { id: string; type: string }[]; has_more: boolean; last_id: string };
    const whole = (await (await bench.get("/v1/models?limit=1000")).json()) as Page;
    expect(whole.data.length).toBeGreaterThan(0);
    expect(whole.has_more).toBe(false);
    const first = (await (await bench.get("/v1/models?limit=1")).json()) as Page;
    expect(first.data).toEqual(whole.data.slice(0, 1));
    expect(first.has_more).toBe(whole.data.length > 1);
    const next = (await (
      await bench.get(`/v1/models?limit=1&after_id=${encodeURIComponent(first.last_id)}`)
    ).json()) as Page;
    expect(next.data).toEqual(whole.data.slice(1, 2));
    expect((await bench.get("/v1/models?limit=none")).status).toBe(400);
  });

  it_("knows by a check in the background that its upstream is there", async () => {
    const health = await bench.get("/health");
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: "ok", checked_at: expect.stringMatching(/^\d{4}-/) });
  });

  it_("knows that its credential is refused, or its upstream gone, and stays alive", async () => {
    const { setup } = bench;
    const wrong = setup.wrongCredential ?? { credential: { type: "api_key" as const, value: secretOf("invalid") } };
    for (const [settings, failure] of [
      [wrong, "auth"],
      [{ baseUrl: "http://127.0.0.1:1" }, "network"],
    ] as const) {
      const service = await bench.start({ settings });
      await service.health.check();
      const health = await bench.get("/health", service);
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ status: "unreachable", failure });
      expect((await bench.get("/health/live", service)).status).toBe(200);
      expect((await bench.get("/health/ready", service)).status).toBe(200);
    }
  });

  it_("starts without a credential, says what to set, and asks nobody", async () => {
    const missing = { credential: { type: "none" as const }, missing: ["A_KEY"], enabled: false };
    const service = await bench.start({ settings: bench.setup.unconfigured ?? missing });
    bench.reset();
    const health = await bench.get("/health", service);
    const report = (await health.json()) as { status: string; missing: string[] };
    expect(health.status).toBe(200);
    expect(report.status).toBe("unconfigured");
    expect(report.missing.length).toBeGreaterThan(0);
    const response = await bench.post({}, service);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain(report.missing[0]);
    expect(bench.simulator.requests).toEqual([]);
  });

  it_("counts tokens where its upstream does, and says honestly where it does not", async () => {
    bench.reset();
    const { stream: _stream, max_tokens: _maxTokens, ...body } = bench.body();
    const response = await bench.post({ path: "/v1/messages/count_tokens", body });
    if (bench.setup.countsTokens) {
      expect(response.status).toBe(200);
      expect(((await response.json()) as { input_tokens: number }).input_tokens).toBeGreaterThan(0);
    } else expect(response.status).toBe(404);
  });

  it_("works with the official SDK, streaming helpers included", async () => {
    bench.reset({ blocks: [{ type: "text", text: "for the SDK" }], times: 2 });
    const client = new Anthropic({ baseURL: bench.service.url, apiKey: "k", maxRetries: 0 });
    const request = {
      model: bench.setup.model,
      max_tokens: 100,
      messages: [{ role: "user" as const, content: "Hello" }],
    };
    const deltas: string[] = [];
    const streamed = await client.messages
      .stream(request)
      .on("text", (text) => deltas.push(text))
      .finalMessage();
    expect(deltas.join("")).toBe("for the SDK");
    expect(streamed.content).toMatchObject([{ type: "text", text: "for the SDK" }]);
    const whole = await client.messages.create(request);
    expect(whole.content).toMatchObject([{ type: "text", text: "for the SDK" }]);
    expect(whole.usage.output_tokens).toBeGreaterThan(0);
  });

  it_("counts what it did", async () => {
    bench.reset({ usage: { input: 11, output: 7 } });
    await readStream(await bench.post());
    const metrics = await (await bench.get("/metrics")).text();
    expect(metrics).toMatch(/switchyard_requests_total\{[^}]*status="200"[^}]*\} [1-9]/);
    expect(metrics).toMatch(/switchyard_tokens_total\{[^}]*bucket="output"[^}]*\} [1-9]/);
    expect(metrics).toMatch(/switchyard_active_requests\{[^}]*\} 0/);
  });
}

function secretOf(value: string) {
  return { reveal: () => value, toJSON: () => "***", toString: () => "***" };
}
