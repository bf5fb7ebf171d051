import { request as httpRequest } from "node:http";
import { once } from "node:events";

import { describe, expect, it } from "@jest/globals";
import { budgetWindows } from "@switchyard/service-kit/calendar";

import { clientPolicy } from "../testing/client-policy.ts";
import { answerError, breakOff, delta, modelInfo, PREAMBLE, sendJson, textMessage } from "../testing/fake-service.ts";
import { costSettings } from "../testing/gateway-settings.ts";
import { MINIMAL, post, startMesh, STREAMED, until } from "../testing/test-mesh.ts";

import {
  as,
  CENT,
  cleanups,
  COST,
  currentWorker,
  dayOf,
  errorOf,
  PRICE,
  settled,
  start,
  stateFolder,
  useBudgetBench,
} from "../testing/budget-bench.ts";

useBudgetBench();

describe("a budget", () => {
  it.each([
    ["streamed", STREAMED],
    ["not streamed", MINIMAL],
  ])("counts what an answer has cost that is %s: the client's and the mesh's", async (_, body) => {
    const mesh = await start({
      clients: [clientPolicy("laptop", { budgets: { day: 100 * CENT } })],
      mesh: { day: 500 * CENT },
    });
    const answer = await post(mesh, body, as("laptop"));
    expect(answer.status).toBe(200);
    await settled(mesh.state, COST);
    await settled(mesh.state, COST, "mesh");
  });

  it("that is used up is final: 429 billing_error, which budget, how much, and when it begins anew", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 3 * CENT } })] });
    for (let count = 0; count < 2; count += 1) {
      expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(200);
      await settled(mesh.state, COST * (count + 1));
    }
    const refused = await post(mesh, MINIMAL, as("laptop"));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-should-retry")).toBe("false");
    const [, day] = budgetWindows(Date.now(), "UTC");
    expect(Number(refused.headers.get("retry-after"))).toBeCloseTo((day.endsAt - Date.now()) / 1000, -2);
    expect(Object.fromEntries([...refused.headers].filter(([name]) => name.includes("unified")))).toEqual({
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-reset": String(day.endsAt / 1000),
      "anthropic-ratelimit-unified-overage-reset": String(day.endsAt / 1000),
      "anthropic-ratelimit-unified-overage-utilization": "1",
      "anthropic-ratelimit-unified-overage-surpassed-threshold": "1",
      "anthropic-ratelimit-unified-overage-period": "daily",
      "anthropic-ratelimit-unified-overage-disabled-reason": "org_spend_cap_reached",
    });
    const { type, message } = errorOf(refused.json);
    expect(type).toBe("billing_error");
    expect(message).toMatch(
      /^The daily budget of the client "laptop" is used up: \$0\.03 of \$0\.03\. It begins anew at \d{4}-\d\d-\d\d 00:00 UTC\.$/,
    );
    expect(mesh.services[0]?.requests).toHaveLength(2);
    expect(mesh.usage.filter(({ kind }) => kind === "intent")).toHaveLength(2);
  });

  it("of the whole mesh stops everybody, with a key or without, and what was reserved of the client is given back", async () => {
    const mesh = await start({
      clients: [clientPolicy("laptop", { budgets: { day: 100 * CENT } })],
      mesh: { day: CENT },
    });
    await post(mesh, MINIMAL, as("laptop"));
    await settled(mesh.state, COST, "mesh");
    const refused = await post(mesh, MINIMAL, as("laptop"));
    expect(errorOf(refused.json).message).toContain("The daily budget of the whole mesh is used up");
    expect(refused.headers.get("anthropic-ratelimit-unified-overage-scope")).toBe("group_pool");
    await settled(mesh.state, COST);
    const open = await start({ mesh: { day: CENT }, state: mesh.state });
    expect((await post(open)).status).toBe(429);
  });

  it("never stops the counting of tokens", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 0 }, requestsPerMinute: 1 })] });
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(429);
    for (let count = 0; count < 3; count += 1) {
      expect((await post(mesh, MINIMAL, as("laptop"), "/v1/messages/count_tokens")).status).toBe(200);
    }
    expect(await dayOf(mesh.state)).toEqual({ used: 0, reserved: 0 });
  });

  it("is given back whole where the upstream fails", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 100 * CENT } })] });
    mesh.services[0]?.answers(answerError(500, "api_error"));
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBeGreaterThanOrEqual(500);
    await settled(mesh.state, 0);
  });

  it("is given back where nothing can take the request", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 100 * CENT } })] });
    const headers = { ...as("laptop"), "x-switchyard-substitution": "never" };
    expect((await post(mesh, { ...MINIMAL, model: "nobody-knows" }, headers)).status).toBe(404);
    await settled(mesh.state, 0);
  });

  it("counts what was seen of an answer whose client left, and of one that broke off", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 100 * CENT } })] });
    mesh.services[0]?.answers(breakOff(PREAMBLE + delta("some words"), "hang"));
    const raw = httpRequest(`${mesh.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json", ...as("laptop") },
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
    await post(mesh, STREAMED, as("laptop")).catch(() => {});
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await dayOf(mesh.state)).used).toBeGreaterThan(used + 80 * 1_000_000);
  });

  it("counts the dearer candidate that stood in, and not the cheap one that failed", async () => {
    const dear = { input: 10_000, output: 10_000 };
    const mesh = await start({
      clients: [clientPolicy("laptop", { budgets: { day: 1000 * CENT } })],
      providers: 2,
      models: [[modelInfo("claude-test", { price: PRICE })], [modelInfo("claude-test", { price: dear })]],
      prices: [
        { provider: "one", model: "claude-test", price: PRICE },
        { provider: "two", model: "claude-test", price: dear },
      ],
    });
    mesh.services[0]?.answers(answerError(529, "overloaded_error"));
    expect((await post(mesh, MINIMAL, as("laptop"))).headers.get("x-switchyard-provider")).toBe("two");
    await settled(mesh.state, 10 * COST);
  });

  it("costs nothing where a subscription of the client's pays", async () => {
    const mesh = await startMesh(1, {
      providers: [{ credential: { type: "client" } as never }],
      models: [[modelInfo("claude-test", { price: PRICE })]],
      settings: {
        clients: [clientPolicy("laptop", { budgets: { day: 0.5 * CENT }, strict: true, source: "configuration" })],
        stateDirectory: stateFolder(),
        costs: { ...costSettings(), workerUrl: currentWorker().url, prices: [{ model: "claude-test", price: PRICE }] },
      },
    });
    cleanups.push(() => mesh.close());
    const headers = { "x-switchyard-key": "laptop-key", authorization: "Bearer sk-ant-oat01-own" };
    for (let count = 0; count < 3; count += 1) expect((await post(mesh, MINIMAL, headers)).status).toBe(200);
  });
});

describe("limits of a minute", () => {
  it("are refused with the time of the next one, and count attempts that were made", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { requestsPerMinute: 2 })] });
    const answers = [];
    for (let count = 0; count < 5; count += 1) answers.push(await post(mesh, MINIMAL, as("laptop")));
    const refused = answers.filter(({ status }) => status === 429);
    // a minute may have passed in between
    expect(refused.length).toBeGreaterThanOrEqual(1);
    const [first] = refused;
    if (first === undefined) throw new Error("nobody was refused");
    expect(errorOf(first.json).type).toBe("rate_limit_error");
    expect(errorOf(first.json).message).toContain('The client "laptop" is at its limit of 2 requests per minute');
    expect(Number(first.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(first.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });

  it("of tokens count what was really used", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { tokensPerMinute: 20 })] });
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await post(mesh, MINIMAL, as("laptop"))).status);
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
  });
});

describe("a budget that is nearly used up", () => {
  it("is told of in the headers by which Claude Code warns, and in one for people", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 2 * CENT, month: 100 * CENT } })] });
    const before = await post(mesh, MINIMAL, as("laptop"));
    expect([...before.headers.keys()].filter((name) => name.includes("unified"))).toEqual([]);
    await settled(mesh.state, COST);
    const near = await post(mesh, STREAMED, as("laptop"));
    const [, day] = budgetWindows(Date.now(), "UTC");
    const reset = String(day.endsAt / 1000);
    expect(Object.fromEntries([...near.headers].filter(([name]) => /unified|warning/.test(name)))).toEqual({
      "anthropic-ratelimit-unified-status": "allowed_warning",
      "anthropic-ratelimit-unified-reset": reset,
      "anthropic-ratelimit-unified-representative-claim": "overage",
      "anthropic-ratelimit-unified-overage-status": "allowed_warning",
      "anthropic-ratelimit-unified-overage-utilization": "0.8",
      "anthropic-ratelimit-unified-overage-reset": reset,
      "anthropic-ratelimit-unified-overage-surpassed-threshold": "0.75",
      "x-switchyard-warning": expect.stringMatching(
        /^The daily budget of the client "laptop" is used by 80 % \(\$0\.02 of \$0\.02\); it begins anew at /,
      ),
    });
  });

  it("leaves what the upstream tells of the client's own windows as it is", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 2 * CENT } })] });
    await post(mesh, MINIMAL, as("laptop"));
    await settled(mesh.state, COST);
    mesh.services[0]?.answers((response) =>
      sendJson(response, 200, textMessage("hi"), { "anthropic-ratelimit-unified-status": "allowed" }),
    );
    const { headers } = await post(mesh, MINIMAL, as("laptop"));
    expect(headers.get("anthropic-ratelimit-unified-status")).toBe("allowed");
    expect(headers.get("anthropic-ratelimit-unified-overage-utilization")).toBeNull();
    expect(headers.get("x-switchyard-warning")).toContain("80 %");
  });
});

function spentToday(used: number): void {
  const [, day] = budgetWindows(Date.now(), "UTC");
  const allowance = { ...day, name: "day" as const, unit: "nanoDollars" as const };
  currentWorker().spend = { at: Date.now(), sums: [{ account: "client laptop", allowance, used }] };
}

describe("what the ledger knows of a budget", () => {
  it("counts from the first request of a gateway on that has lost its own sums", async () => {
    spentToday(50 * CENT);
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 50 * CENT } })] });
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(429);
  });

  it("raises later what a gateway counts, and is asked with the mesh's token", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 50 * CENT } })] });
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(200);
    spentToday(60 * CENT);
    await until(async () => (await post(mesh, MINIMAL, as("laptop"))).status === 429);
  });

  it("is not waited for where the worker is away or answers nonsense", async () => {
    currentWorker().broken = { status: 200, body: '{"at":1,"sums":[{"account":"mesh"}]}' };
    const mesh = await start({ clients: [clientPolicy("laptop", { budgets: { day: 50 * CENT } })] });
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(200);
    currentWorker().close();
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(200);
    await settled(mesh.state, 2 * COST);
  });
});
