import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { budgetWindows, createSecret, type Settings } from "@switchyard/service-kit";
import { createMemoryState, type State } from "@switchyard/state";
import type { Budgets, ClientPolicy, ModelInfo } from "@switchyard/wire";

import { clientPolicy, digestOf } from "../testing/client-policy.ts";
import {
  answerError,
  answerText,
  breakOff,
  delta,
  modelInfo,
  PREAMBLE,
  sendJson,
  textMessage,
} from "../testing/fake-service.ts";
import { type FakeWorker, startFakeWorker } from "../testing/fake-worker.ts";
import { costSettings } from "../testing/gateway-settings.ts";
import { get, MINIMAL, post, startMesh, STREAMED, type TestMesh, until } from "../testing/test-mesh.ts";

/** A token costs a thousandth of a dollar. */
const PRICE = { input: 1000, output: 1000 };
/** Of the answer that the fake services give: 7 + 9 tokens. */
const COST = 16_000_000;
const CENT = 10_000_000;

const cleanups: (() => unknown)[] = [];
let folder = "";
let worker: FakeWorker;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchyard-budgets-"));
  worker = await startFakeWorker();
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
  worker.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Setup {
  clients?: ClientPolicy[];
  mesh?: Budgets;
  providers?: number;
  models?: ModelInfo[][];
  prices?: Settings["costs"]["prices"];
  state?: State;
  gateway?: Parameters<typeof startMesh>[1] extends infer O ? (O extends { gateway?: infer G } ? G : never) : never;
}

async function start(setup: Setup = {}): Promise<TestMesh & { state: State }> {
  const state = setup.state ?? createMemoryState();
  const count = setup.providers ?? 1;
  const mesh = await startMesh(count, {
    models: setup.models ?? Array.from({ length: count }, () => [modelInfo("claude-test", { price: PRICE })]),
    ...(setup.gateway === undefined ? {} : { gateway: setup.gateway }),
    settings: {
      clients: (setup.clients ?? []).map((client) => ({ ...client, source: "configuration" as const })),
      stateDirectory: folder,
      costs: {
        ...costSettings(),
        workerUrl: worker.url,
        prices: setup.prices ?? [{ model: "claude-test", price: PRICE }],
        budgets: setup.mesh ?? {},
      },
    },
    deps: { state, clients: { policyIntervalMs: 20, spendIntervalMs: 20 } },
  });
  cleanups.push(() => mesh.close());
  return { ...mesh, state };
}

const as = (id: string): Record<string, string> => ({ "x-api-key": `${id}-key` });

/** What is counted of an account's day. */
async function dayOf(state: State, account = "client anna"): Promise<{ used: number; reserved: number }> {
  const [, day] = budgetWindows(Date.now(), "UTC");
  const allowance = { ...day, unit: "nanoDollars" as const, limit: 0 };
  const [status] = await state.readSpend([{ account, allowance }]);
  return { used: status?.used ?? Number.NaN, reserved: status?.reserved ?? Number.NaN };
}

async function settled(state: State, used: number, account?: string): Promise<void> {
  await until(async () => (await dayOf(state, account)).reserved === 0);
  expect(await dayOf(state, account)).toEqual({ used, reserved: 0 });
}

function errorOf(json: Record<string, unknown>): { type: string; message: string } {
  return json["error"] as { type: string; message: string };
}

describe("keys of clients", () => {
  it("open the gateway, those of the configuration and those that the worker tells; others do not", async () => {
    worker.policies = { revision: 1, clients: [clientPolicy("ben")] };
    const mesh = await start({ clients: [clientPolicy("anna")] });
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(200);
    await until(async () => (await post(mesh, MINIMAL, as("ben"))).status === 200);
    expect((await post(mesh, MINIMAL, as("carl"))).status).toBe(401);
    expect((await post(mesh, MINIMAL)).status).toBe(401);
    expect((await get(mesh, "/info", as("anna"))).json["client_key_required"]).toBe(true);
    const clients = mesh.usage.filter(({ kind }) => kind === "settlement").map(({ attempt }) => attempt.client);
    expect(new Set(clients)).toEqual(new Set(["anna", "ben"]));
  });

  it("stand in the books by their digest where they have no policy", async () => {
    const mesh = await start({ gateway: { clientKeys: [createSecret("anna-key")] } });
    await post(mesh, MINIMAL, as("anna"));
    expect(mesh.usage[0]?.attempt.client).toBe(`key-${digestOf("anna-key").slice(0, 8)}`);
  });

  it("that come and go at the worker come and go here", async () => {
    const mesh = await start();
    expect((await post(mesh)).status).toBe(200);
    worker.policies = { revision: 1, clients: [clientPolicy("ben")] };
    await until(async () => (await post(mesh)).status === 401);
    expect((await post(mesh, MINIMAL, as("ben"))).status).toBe(200);
    worker.policies = { revision: 2, clients: [clientPolicy("ben", { revokedAt: 1 })] };
    await until(async () => (await post(mesh, MINIMAL, as("ben"))).status === 401);
    const refused = await post(mesh, MINIMAL, as("ben"));
    expect(errorOf(refused.json)).toEqual({
      type: "authentication_error",
      message: 'The client key of "ben" was revoked.',
    });
  });

  it.each([
    { status: 500, body: "{}" },
    { status: 200, body: "no JSON" },
    { status: 200, body: '{"revision":9,"clients":[{"id":"ben"}]}' },
  ])("stay as they were where the worker answers $status $body", async (broken) => {
    worker.policies = { revision: 1, clients: [clientPolicy("ben")] };
    const mesh = await start();
    await until(async () => (await post(mesh, MINIMAL, as("ben"))).status === 200);
    worker.broken = broken;
    const asked = worker.asked.length;
    await until(() => worker.asked.length > asked + 3);
    expect((await post(mesh, MINIMAL, as("ben"))).status).toBe(200);
    expect((await post(mesh)).status).toBe(401);
  });

  it("do not leave the gateway for an upstream that gets the client's own credential", async () => {
    worker.policies = { revision: 1, clients: [clientPolicy("ben")] };
    const mesh = await startMesh(1, {
      providers: [{ credential: { type: "client" } as never }],
      settings: { stateDirectory: folder, costs: { ...costSettings(), workerUrl: worker.url } },
      deps: { clients: { policyIntervalMs: 20 } },
    });
    cleanups.push(() => mesh.close());
    await until(async () => (await post(mesh, MINIMAL, as("ben"))).status === 200);
    await post(mesh, MINIMAL, { "x-switchyard-key": "ben-key", authorization: "Bearer sk-ant-oat-own" });
    expect(mesh.services[0]?.requests.at(-2)?.headers).not.toHaveProperty("x-api-key");
    expect(mesh.services[0]?.requests.at(-1)?.headers.authorization).toBe("Bearer sk-ant-oat-own");
  });
});

describe("what a client may use", () => {
  it("decides where its requests go, and the record says what was left out", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { providers: ["two"] })], providers: 2 });
    const answer = await post(mesh, MINIMAL, as("anna"));
    expect(answer.headers.get("x-switchyard-provider")).toBe("two");
    const record = await get(mesh, `/admin/explain/${answer.headers.get("request-id")}`);
    expect(record.text).toContain('is not allowed for the client \\"anna\\"');
  });

  it("is named where a request asks for something else only", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { models: ["claude-haiku-*"] })] });
    const answer = await post(mesh, MINIMAL, as("anna"));
    expect(answer.status).toBe(403);
    expect(errorOf(answer.json)).toEqual({
      type: "permission_error",
      message: 'The model "claude-test" is not allowed for the client "anna"; allowed are the models claude-haiku-*',
    });
    expect(mesh.services[0]?.requests).toHaveLength(0);
  });
});

describe("a budget", () => {
  it.each([
    ["streamed", STREAMED],
    ["not streamed", MINIMAL],
  ])("counts what an answer has cost that is %s: the client's and the mesh's", async (_, body) => {
    const mesh = await start({
      clients: [clientPolicy("anna", { budgets: { day: 100 * CENT } })],
      mesh: { day: 500 * CENT },
    });
    const answer = await post(mesh, body, as("anna"));
    expect(answer.status).toBe(200);
    await settled(mesh.state, COST);
    await settled(mesh.state, COST, "mesh");
  });

  it("that is used up is final: 429 billing_error, which budget, how much, and when it begins anew", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 3 * CENT } })] });
    for (let count = 0; count < 2; count += 1) {
      expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(200);
      await settled(mesh.state, COST * (count + 1));
    }
    const refused = await post(mesh, MINIMAL, as("anna"));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect(refused.headers.get("retry-after")).toBeNull();
    const { type, message } = errorOf(refused.json);
    expect(type).toBe("billing_error");
    expect(message).toMatch(
      /^The daily budget of the client "anna" is used up: \$0\.03 of \$0\.03\. It begins anew at \d{4}-\d\d-\d\d 00:00 UTC\.$/,
    );
    expect(mesh.services[0]?.requests).toHaveLength(2);
    expect(mesh.usage.filter(({ kind }) => kind === "intent")).toHaveLength(2);
  });

  it("of the whole mesh stops everybody, with a key or without, and what was reserved of the client is given back", async () => {
    const mesh = await start({
      clients: [clientPolicy("anna", { budgets: { day: 100 * CENT } })],
      mesh: { day: CENT },
    });
    await post(mesh, MINIMAL, as("anna"));
    await settled(mesh.state, COST, "mesh");
    const refused = await post(mesh, MINIMAL, as("anna"));
    expect(errorOf(refused.json).message).toContain("The daily budget of the whole mesh is used up");
    await settled(mesh.state, COST);
    const open = await start({ mesh: { day: CENT }, state: mesh.state });
    expect((await post(open)).status).toBe(429);
  });

  it("never stops the counting of tokens", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 0 }, requestsPerMinute: 1 })] });
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(429);
    for (let count = 0; count < 3; count += 1) {
      expect((await post(mesh, MINIMAL, as("anna"), "/v1/messages/count_tokens")).status).toBe(200);
    }
    expect(await dayOf(mesh.state)).toEqual({ used: 0, reserved: 0 });
  });

  it("is given back whole where the upstream fails", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 100 * CENT } })] });
    mesh.services[0]?.answers(answerError(500, "api_error"));
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBeGreaterThanOrEqual(500);
    await settled(mesh.state, 0);
  });

  it("is given back where nothing can take the request", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 100 * CENT } })] });
    const headers = { ...as("anna"), "x-switchyard-substitution": "never" };
    expect((await post(mesh, { ...MINIMAL, model: "nobody-knows" }, headers)).status).toBe(404);
    await settled(mesh.state, 0);
  });

  it("counts what was seen of an answer whose client left, and of one that broke off", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 100 * CENT } })] });
    mesh.services[0]?.answers(breakOff(PREAMBLE + delta("some words"), "hang"));
    const raw = httpRequest(`${mesh.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json", ...as("anna") },
    });
    raw.on("error", () => {});
    raw.end(JSON.stringify(STREAMED));
    const [response] = (await once(raw, "response")) as [NodeJS.ReadableStream];
    response.on("error", () => {});
    await once(response, "data");
    expect((await dayOf(mesh.state)).reserved).toBeGreaterThan(0);
    raw.destroy();
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    const { used } = await dayOf(mesh.state);
    expect(used).toBeGreaterThanOrEqual(7 * 1_000_000);
    mesh.services[0]?.answers(breakOff(PREAMBLE + delta("x".repeat(400)), "destroy"));
    await post(mesh, STREAMED, as("anna")).catch(() => {});
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await dayOf(mesh.state)).used).toBeGreaterThan(used + 80 * 1_000_000);
  });

  it("counts the dearer candidate that stood in, and not the cheap one that failed", async () => {
    const dear = { input: 10_000, output: 10_000 };
    const mesh = await start({
      clients: [clientPolicy("anna", { budgets: { day: 1000 * CENT } })],
      providers: 2,
      models: [[modelInfo("claude-test", { price: PRICE })], [modelInfo("claude-test", { price: dear })]],
      prices: [
        { provider: "one", model: "claude-test", price: PRICE },
        { provider: "two", model: "claude-test", price: dear },
      ],
    });
    mesh.services[0]?.answers(answerError(529, "overloaded_error"));
    expect((await post(mesh, MINIMAL, as("anna"))).headers.get("x-switchyard-provider")).toBe("two");
    await settled(mesh.state, 10 * COST);
  });

  it("costs nothing where a subscription of the client's pays", async () => {
    const mesh = await startMesh(1, {
      providers: [{ credential: { type: "client" } as never }],
      models: [[modelInfo("claude-test", { price: PRICE })]],
      settings: {
        clients: [clientPolicy("anna", { budgets: { day: 0.5 * CENT }, strict: true, source: "configuration" })],
        stateDirectory: folder,
        costs: { ...costSettings(), workerUrl: worker.url, prices: [{ model: "claude-test", price: PRICE }] },
      },
    });
    cleanups.push(() => mesh.close());
    const headers = { "x-switchyard-key": "anna-key", authorization: "Bearer sk-ant-oat01-own" };
    for (let count = 0; count < 3; count += 1) expect((await post(mesh, MINIMAL, headers)).status).toBe(200);
  });
});

const strict = (day: number, more: Partial<ClientPolicy> = {}): ClientPolicy =>
  clientPolicy("anna", { budgets: { day }, strict: true, ...more });

describe("a strict budget", () => {
  /** Far from everything that a small request could cost: about 2,200 tokens of input. */
  const AMPLE = 1000 * CENT;

  it("holds back the most that an answer could cost, and says so where that is more than is left", async () => {
    const mesh = await start({ clients: [strict(10 * CENT)] });
    const refused = await post(mesh, MINIMAL, as("anna"));
    expect(refused.status).toBe(429);
    const { type, message } = errorOf(refused.json);
    expect(type).toBe("billing_error");
    expect(message).toMatch(
      /^What is left of the daily budget of the client "anna" \(\$0\.00 of \$0\.10 are spent\) is less/,
    );
    expect(mesh.services[0]?.requests).toHaveLength(0);
  });

  it("asks those to come back whom only requests in flight keep out", async () => {
    const mesh = await start({ clients: [strict(300 * CENT)] });
    mesh.services[0]?.answers(breakOff("", "hang"), answerText("hi"));
    const raw = httpRequest(`${mesh.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json", ...as("anna") },
    });
    raw.on("error", () => {});
    raw.end(JSON.stringify(MINIMAL));
    await until(() => mesh.services[0]?.requests.length === 1);
    const refused = await post(mesh, MINIMAL, as("anna"));
    expect(errorOf(refused.json).type).toBe("rate_limit_error");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(refused.headers.get("x-should-retry")).toBeNull();
    raw.destroy();
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(200);
  });

  it("is reserved anew for what an attempt has cost that failed; without room nothing more is tried", async () => {
    const mesh = await start({ clients: [strict(300 * CENT)], providers: 2 });
    const preamble = PREAMBLE.replace('"input_tokens":7', '"input_tokens":2000');
    mesh.services[0]?.answers(breakOff(preamble, "destroy"));
    const refused = await post(mesh, STREAMED, as("anna"));
    expect(refused.status).toBe(429);
    expect(errorOf(refused.json).type).toBe("billing_error");
    expect(mesh.services[1]?.requests).toHaveLength(0);
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await dayOf(mesh.state)).used).toBeLessThanOrEqual(300 * CENT);
    expect((await dayOf(mesh.state)).used).toBeGreaterThanOrEqual(200 * CENT);
  });

  it("leaves room for a second try where there is enough", async () => {
    const mesh = await start({ clients: [strict(AMPLE)], providers: 2 });
    const preamble = PREAMBLE.replace('"input_tokens":7', '"input_tokens":2000');
    mesh.services[0]?.answers(breakOff(preamble, "destroy"));
    expect((await post(mesh, STREAMED, as("anna"))).status).toBe(200);
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await dayOf(mesh.state)).used).toBeGreaterThanOrEqual(2000 * 1_000_000 + COST);
    expect((await dayOf(mesh.state)).used).toBeLessThanOrEqual(2010 * 1_000_000 + COST);
  });
});

describe("limits of a minute", () => {
  it("are refused with the time of the next one, and count attempts that were made", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { requestsPerMinute: 2 })] });
    const answers = [];
    for (let count = 0; count < 5; count += 1) answers.push(await post(mesh, MINIMAL, as("anna")));
    const refused = answers.filter(({ status }) => status === 429);
    // a minute may have passed in between
    expect(refused.length).toBeGreaterThanOrEqual(1);
    const [first] = refused;
    if (first === undefined) throw new Error("nobody was refused");
    expect(errorOf(first.json).type).toBe("rate_limit_error");
    expect(errorOf(first.json).message).toContain('The client "anna" is at its limit of 2 requests per minute');
    expect(Number(first.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(first.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });

  it("of tokens count what was really used", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { tokensPerMinute: 20 })] });
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await post(mesh, MINIMAL, as("anna"))).status);
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
  });
});

const cheaper = (more: Partial<ClientPolicy> = {}): ClientPolicy =>
  clientPolicy("anna", { budgets: { day: CENT }, overBudget: "cheaper", ...more });

describe("a budget that is used up with cheaper models at hand", () => {
  const models = (): ModelInfo[][] => [
    [
      modelInfo("claude-test", { price: PRICE }),
      modelInfo("small-test", { price: { input: 1, output: 1 }, tier: "small" }),
    ],
    [modelInfo("tiny-test", { price: { input: 1.5, output: 1.5 }, tier: "small" })],
  ];
  const prices = [
    { model: "claude-test", price: PRICE },
    { model: "small-test", price: { input: 1, output: 1 } },
    { model: "tiny-test", price: { input: 1.5, output: 1.5 } },
  ];

  it("is answered by the cheapest, which the answer says, and goes on counting", async () => {
    const mesh = await start({ clients: [cheaper()], providers: 2, models: models(), prices });
    expect((await post(mesh, MINIMAL, as("anna"))).headers.get("x-switchyard-model")).toBe("claude-test");
    await settled(mesh.state, COST);
    const answer = await post(mesh, MINIMAL, as("anna"));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-switchyard-model")).toBe("small-test");
    expect(answer.headers.get("x-switchyard-warning")).toMatch(
      /^The daily budget of the client "anna" is used up: the cheapest model answers until /,
    );
    await settled(mesh.state, COST + 16_000);
    mesh.services[0]?.answers(answerError(529, "overloaded_error"));
    expect((await post(mesh, MINIMAL, as("anna"))).headers.get("x-switchyard-model")).toBe("tiny-test");
  });

  it("refuses who takes nothing but the model asked for", async () => {
    const mesh = await start({ clients: [cheaper()], providers: 2, models: models(), prices });
    await post(mesh, MINIMAL, as("anna"));
    await settled(mesh.state, COST);
    const headers = { ...as("anna"), "x-switchyard-substitution": "never" };
    expect(errorOf((await post(mesh, MINIMAL, headers)).json).type).toBe("billing_error");
  });

  it("stays within a strict budget: the cheaper one must fit", async () => {
    const within = cheaper({ strict: true, budgets: { day: CENT } });
    const mesh = await start({ clients: [within], providers: 2, models: models(), prices });
    expect((await post(mesh, MINIMAL, as("anna"))).headers.get("x-switchyard-model")).toBe("small-test");
    const nothing = await start({
      clients: [{ ...within, budgets: { day: 1 } }],
      providers: 2,
      models: models(),
      prices,
    });
    expect((await post(nothing, MINIMAL, as("anna"))).status).toBe(429);
  });

  it("does not help against the budget of the whole mesh", async () => {
    const mesh = await start({ clients: [cheaper()], mesh: { day: CENT }, providers: 2, models: models(), prices });
    await post(mesh, MINIMAL, as("anna"));
    await settled(mesh.state, COST, "mesh");
    expect(errorOf((await post(mesh, MINIMAL, as("anna"))).json).message).toContain("the whole mesh");
  });
});

describe("a budget that is nearly used up", () => {
  it("is told of in the headers by which Claude Code warns, and in one for people", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 2 * CENT, month: 100 * CENT } })] });
    const before = await post(mesh, MINIMAL, as("anna"));
    expect([...before.headers.keys()].filter((name) => name.includes("unified"))).toEqual([]);
    await settled(mesh.state, COST);
    const near = await post(mesh, STREAMED, as("anna"));
    const [, day] = budgetWindows(Date.now(), "UTC");
    const reset = String(day.endsAt / 1000);
    expect(Object.fromEntries([...near.headers].filter(([name]) => /unified|warning/.test(name)))).toEqual({
      "anthropic-ratelimit-unified-status": "allowed_warning",
      "anthropic-ratelimit-unified-reset": reset,
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
      "anthropic-ratelimit-unified-5h-status": "allowed_warning",
      "anthropic-ratelimit-unified-5h-utilization": "0.8",
      "anthropic-ratelimit-unified-5h-reset": reset,
      "anthropic-ratelimit-unified-5h-surpassed-threshold": "0.75",
      "x-switchyard-warning": expect.stringMatching(
        /^The daily budget of the client "anna" is used by 80 % \(\$0\.02 of \$0\.02\); it begins anew at /,
      ),
    });
  });

  it("leaves what the upstream tells of the client's own windows as it is", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 2 * CENT } })] });
    await post(mesh, MINIMAL, as("anna"));
    await settled(mesh.state, COST);
    mesh.services[0]?.answers((response) =>
      sendJson(response, 200, textMessage("hi"), { "anthropic-ratelimit-unified-status": "allowed" }),
    );
    const { headers } = await post(mesh, MINIMAL, as("anna"));
    expect(headers.get("anthropic-ratelimit-unified-status")).toBe("allowed");
    expect(headers.get("anthropic-ratelimit-unified-5h-utilization")).toBeNull();
    expect(headers.get("x-switchyard-warning")).toContain("80 %");
  });
});

function spentToday(used: number): void {
  const [, day] = budgetWindows(Date.now(), "UTC");
  const allowance = { ...day, name: "day" as const, unit: "nanoDollars" as const };
  worker.spend = { at: Date.now(), sums: [{ account: "client anna", allowance, used }] };
}

describe("what the ledger knows of a budget", () => {
  it("counts from the first request of a gateway on that has lost its own sums", async () => {
    spentToday(50 * CENT);
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 50 * CENT } })] });
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(429);
  });

  it("raises later what a gateway counts, and is asked with the mesh's token", async () => {
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 50 * CENT } })] });
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(200);
    spentToday(60 * CENT);
    await until(async () => (await post(mesh, MINIMAL, as("anna"))).status === 429);
  });

  it("is not waited for where the worker is away or answers nonsense", async () => {
    worker.broken = { status: 200, body: '{"at":1,"sums":[{"account":"mesh"}]}' };
    const mesh = await start({ clients: [clientPolicy("anna", { budgets: { day: 50 * CENT } })] });
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(200);
    worker.close();
    expect((await post(mesh, MINIMAL, as("anna"))).status).toBe(200);
    await settled(mesh.state, 2 * COST);
  });
});
