import { existsSync, writeFileSync } from "node:fs";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createSecret } from "@switchyard/service-kit";

import { createSqliteLedger } from "../ledger/index.ts";
import { startTestWorker, type TestWorker, type TestWorkerOptions } from "../testing/test-worker.ts";
import { costing, intent, settlement } from "../testing/usage-events.ts";
import { workerSettings } from "../testing/worker-settings.ts";

let running: TestWorker[] = [];

async function start(options: TestWorkerOptions = {}): Promise<TestWorker> {
  const worker = await startTestWorker(options);
  running.push(worker);
  return worker;
}

afterEach(async () => {
  await Promise.all(running.map((worker) => worker.close()));
  running = [];
});

describe("usage over HTTP", () => {
  it("is priced and in the books when it is acknowledged", async () => {
    const worker = await start();
    const answer = await worker.ask("/usage", {
      json: { events: [settlement({ usage: { uncachedInput: 1000, output: 100 } })] },
    });
    expect(answer).toMatchObject({ status: 200, json: { settled: 1, intents: 0, duplicates: 0 } });
    const { json } = await worker.ask("/api/costs?by=provider,model");
    // $3 and $15 per million tokens.
    expect(json["rows"]).toEqual([
      expect.objectContaining({
        provider: "anthropic",
        model: "claude-sonnet-4-5",
        requests: 1,
        uncached_input: 1000,
        output: 100,
        cost_nano_dollars: 4_500_000,
        cost: 0.0045,
      }),
    ]);
  });

  it("that comes again is counted once, in the books, the metrics and the answers", async () => {
    const worker = await start();
    const events = [costing(1), costing(2), intent()];
    await worker.ask("/usage", { json: { events } });
    const again = await worker.ask("/usage", { json: { events: [...events, ...events] } });
    expect(again.json).toMatchObject({ settled: 0 });
    const { json } = await worker.ask("/api/costs?by=");
    expect(json["total"]).toMatchObject({ requests: 2, cost: 3 });
    const { text } = await worker.ask("/metrics");
    expect(text).toMatch(/claude_multimodel_requests_total\{.*status="success".*\} 2\n/);
  });

  it("outlives the worker that took it", async () => {
    const settings = workerSettings();
    const first = await startTestWorker({ deps: { settings } });
    await first.ask("/usage", { json: { events: [costing(1.5)] } });
    await first.close();
    const second = await start({ deps: { settings } });
    expect((await second.ask("/api/costs")).json["total"]).toMatchObject({ cost: 1.5, requests: 1 });
  });

  it("of a newer gateway is taken with fields and failures that nobody here knows", async () => {
    const worker = await start();
    const event = { ...settlement({ outcome: "failure" }), failure: "eaten-by-a-grue", mood: "gloomy" };
    expect(await worker.ask("/usage", { json: { events: [event] } })).toMatchObject({ status: 200 });
  });

  it("that is not understood is refused as a whole, with every place and field", async () => {
    const worker = await start();
    const good = costing(1);
    const noProvider = settlement();
    const { provider: _provider, ...attempt } = noProvider.attempt;
    const events = [
      good,
      { ...noProvider, attempt },
      { ...settlement(), usage: { ...settlement().usage, output: -5, reasoning: "many" } },
      { kind: "rumour" },
      null,
      settlement({ attempt: { attemptId: "a b:c" } }),
    ];
    const { status, json } = await worker.ask("/usage", { json: { events } });
    expect(status).toBe(400);
    const { details, message } = json["error"] as { details: { problems: unknown[] }; message: string };
    expect(details.problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ index: 1, field: "attempt.provider" }),
        expect.objectContaining({ index: 2, field: "usage.output" }),
        expect.objectContaining({ index: 2, field: "usage.reasoning" }),
        expect.objectContaining({ index: 3, field: "kind" }),
        expect.objectContaining({ index: 4, field: "" }),
        expect.objectContaining({ index: 5, field: "attempt.attemptId" }),
      ]),
    );
    expect(details.problems).toHaveLength(6);
    expect(message).toContain("events[1].attempt.provider:");
    expect((await worker.ask("/api/costs")).json["total"]).toMatchObject({ requests: 0 });
    expect((await worker.ask("/metrics")).text).toContain('switchyard_usage_events_total{result="refused"');
  });

  it.each([
    ["no JSON", "{", 400, "valid JSON"],
    ["no list", '{"events": 5}', 400, "list of usage events"],
    ["a number", "7", 400, "list of usage events"],
    ["too many events", JSON.stringify({ events: Array(10_001).fill(1) }), 413, "10000"],
    ["too many bytes", `"${"x".repeat(33 * 1024 * 1024)}"`, 413, "maximum size"],
  ])("that is %s is refused", async (_what, body, status, words) => {
    const worker = await start();
    const answer = await worker.ask("/usage", { method: "POST", body });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.json["error"])).toContain(words);
  });

  it("with dates and amounts at their edges does no harm", async () => {
    const worker = await start();
    const events = [
      settlement({ attempt: { at: 0 }, durationMs: 0 }),
      settlement({ attempt: { at: 8.64e15 } }),
      settlement({ usage: { reportedCostNanoDollars: 1e13 } }),
      settlement({ attempt: { session: "'); drop table ledger_attempts; --", agent: "\0\ud800" } }),
    ];
    expect(await worker.ask("/usage", { json: { events } })).toMatchObject({ status: 200, json: { settled: 4 } });
    expect((await worker.ask("/api/costs?since=1970-01-01&by=session")).status).toBe(200);
  });

  it("is a 503 while the ledger is closed; afterwards nothing is missing", async () => {
    const settings = workerSettings();
    const ledger = await createSqliteLedger({ file: settings.costs.databaseFile });
    const worker = await start({ deps: { settings, ledger } });
    const events = [costing(1)];
    await ledger.close();
    const refused = await worker.ask("/usage", { json: { events } });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    const health = await worker.ask("/health");
    expect(health).toMatchObject({ status: 503, json: { status: "unhealthy", open_intents: null } });
    expect(health.json["database_problem"]).toEqual(expect.any(String));
    expect((await worker.ask("/health/live")).status).toBe(200);
    for (const path of ["/clients", "/api/keys", "/api/stats", "/api/costs", "/api/alerts"]) {
      expect([path, (await worker.ask(path)).status]).toEqual([path, 503]);
    }
    const next = await start({ deps: { settings } });
    expect((await next.ask("/usage", { json: { events } })).json).toMatchObject({ settled: 1 });
  });
});

describe("the doors of the worker", () => {
  const innerToken = createSecret("inner-token-of-the-mesh");

  it.each(["/usage", "/spend", "/clients"])("%s opens to the inner token alone", async (path) => {
    const adminToken = createSecret("the-admin-token");
    const base = workerSettings();
    const worker = await start({
      deps: { settings: { ...base, innerToken, gateway: { ...base.gateway, adminToken } } },
    });
    const method = path === "/usage" ? { method: "POST", body: '{"events":[]}' } : {};
    const statusWith = async (headers: Record<string, string>) =>
      (await worker.ask(path, { ...method, headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ "x-switchyard-inner-token": "wrong" })).toBe(401);
    expect(await statusWith({ authorization: "Bearer the-admin-token" })).toBe(401);
    expect(await statusWith({ "x-switchyard-inner-token": "inner-token-of-the-mesh" })).toBe(200);
  });

  it("under /api open to the admin token and to gateways", async () => {
    const base = workerSettings();
    const settings = { ...base, innerToken, gateway: { ...base.gateway, adminToken: createSecret("the-admin-token") } };
    const worker = await start({ deps: { settings } });
    const statusWith = async (headers: Record<string, string>) => (await worker.ask("/api/stats", { headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ "x-api-key": "wrong" })).toBe(401);
    expect(await statusWith({ authorization: "Bearer the-admin-token" })).toBe(200);
    expect(await statusWith({ "x-switchyard-inner-token": "inner-token-of-the-mesh" })).toBe(200);
    expect(await statusWith({ authorization: "Bearer the-admin-token", origin: "https://evil.example" })).toBe(403);
  });

  it("stay shut for pages of other sites, without any token too", async () => {
    const worker = await start();
    for (const path of ["/api/keys", "/usage"]) {
      const answer = await worker.ask(path, {
        method: "POST",
        body: "{}",
        headers: { origin: "https://evil.example" },
      });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  it("answer what is not there with the envelope", async () => {
    const worker = await start();
    const answer = await worker.ask("/api/nothing");
    expect(answer).toMatchObject({ status: 404, json: { type: "error", error: { type: "not_found_error" } } });
  });
});

describe("a ledger that cannot be opened", () => {
  it("keeps a second worker from starting, and names the setting", async () => {
    const settings = workerSettings();
    await start({ deps: { settings } });
    await expect(startTestWorker({ deps: { settings } })).rejects.toMatchObject({
      name: "StartError",
      message: expect.stringContaining("DATABASE_URL"),
    });
  });

  it("is left closed when the port is taken", async () => {
    const first = await start();
    const settings = workerSettings();
    const listen = { host: "127.0.0.1", port: first.port };
    await expect(startTestWorker({ deps: { settings, listen } })).rejects.toMatchObject({ name: "StartError" });
    expect(existsSync(settings.costs.databaseFile)).toBe(true);
    // Nobody holds it: the next one may.
    await start({ deps: { settings } });
  });

  it("is named when it lies below something that is no folder", async () => {
    const settings = workerSettings();
    const databaseFile = `${settings.costs.databaseFile}/ledger.sqlite`;
    writeFileSync(settings.costs.databaseFile, "no folder");
    const costs = { ...settings.costs, databaseFile };
    await expect(startTestWorker({ deps: { settings: { ...settings, costs } } })).rejects.toMatchObject({
      name: "StartError",
      message: expect.stringContaining(databaseFile),
    });
  });
});
