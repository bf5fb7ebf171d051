import { request as httpRequest } from "node:http";
import { describe, expect, it } from "@jest/globals";
import type { ClientPolicy, ModelInfo } from "@switchyard/wire";

import { clientPolicy } from "../testing/client-policy.ts";
import { answerError, answerText, breakOff, modelInfo, PREAMBLE } from "../testing/fake-service.ts";
import { MINIMAL, post, STREAMED, until } from "../testing/test-mesh.ts";

import { as, CENT, COST, dayOf, errorOf, PRICE, settled, start, useBudgetBench } from "../testing/budget-bench.ts";

useBudgetBench();

const strict = (day: number, more: Partial<ClientPolicy> = {}): ClientPolicy =>
  clientPolicy("laptop", { budgets: { day }, strict: true, ...more });

describe("a strict budget", () => {
  /** Far from everything that a small request could cost: about 2,200 tokens of input. */
  const AMPLE = 1000 * CENT;

  it("holds back the most that an answer could cost, and says so where that is more than is left", async () => {
    const mesh = await start({ clients: [strict(10 * CENT)] });
    const refused = await post(mesh, MINIMAL, as("laptop"));
    expect(refused.status).toBe(429);
    const { type, message } = errorOf(refused.json);
    expect(type).toBe("billing_error");
    expect(message).toMatch(
      /^What is left of the daily budget of the client "laptop" \(\$0\.00 of \$0\.10 are spent\) is less/,
    );
    expect(mesh.services[0]?.requests).toHaveLength(0);
  });

  it("asks those to come back whom only requests in flight keep out", async () => {
    const mesh = await start({ clients: [strict(300 * CENT)] });
    mesh.services[0]?.answers(breakOff("", "hang"), answerText("hi"));
    const raw = httpRequest(`${mesh.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json", ...as("laptop") },
    });
    raw.on("error", () => {});
    raw.end(JSON.stringify(MINIMAL));
    await until(() => mesh.services[0]?.requests.length === 1);
    const refused = await post(mesh, MINIMAL, as("laptop"));
    expect(errorOf(refused.json).type).toBe("rate_limit_error");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(refused.headers.get("x-should-retry")).toBeNull();
    raw.destroy();
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(200);
  });

  it("is reserved anew for what an attempt has cost that failed; without room nothing more is tried", async () => {
    const mesh = await start({ clients: [strict(300 * CENT)], providers: 2 });
    const preamble = PREAMBLE.replace('"input_tokens":7', '"input_tokens":2000');
    mesh.services[0]?.answers(breakOff(preamble, "destroy"));
    const refused = await post(mesh, STREAMED, as("laptop"));
    expect(refused.status).toBe(429);
    expect(errorOf(refused.json).type).toBe("billing_error");
    expect(mesh.services[1]?.requests).toHaveLength(0);
    // What was never sent is no attempt: one intent, and the settlement of the one that failed.
    expect(mesh.usage.map((event) => [event.kind, event.attempt.provider])).toEqual([
      ["intent", "one"],
      ["settlement", "one"],
    ]);
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await dayOf(mesh.state)).used).toBeLessThanOrEqual(300 * CENT);
    expect((await dayOf(mesh.state)).used).toBeGreaterThanOrEqual(200 * CENT);
  });

  it("leaves room for a second try where there is enough", async () => {
    const mesh = await start({ clients: [strict(AMPLE)], providers: 2 });
    const preamble = PREAMBLE.replace('"input_tokens":7', '"input_tokens":2000');
    mesh.services[0]?.answers(breakOff(preamble, "destroy"));
    expect((await post(mesh, STREAMED, as("laptop"))).status).toBe(200);
    await until(async () => (await dayOf(mesh.state)).reserved === 0);
    expect((await dayOf(mesh.state)).used).toBeGreaterThanOrEqual(2000 * 1_000_000 + COST);
    expect((await dayOf(mesh.state)).used).toBeLessThanOrEqual(2010 * 1_000_000 + COST);
  });
});

const cheaper = (more: Partial<ClientPolicy> = {}): ClientPolicy =>
  clientPolicy("laptop", { budgets: { day: CENT }, overBudget: "cheaper", ...more });

const models = (): ModelInfo[][] => [
  [
    modelInfo("claude-test", { price: PRICE }),
    modelInfo("small-test", { price: { input: 1, output: 1 }, tier: "small" }),
  ],
  [modelInfo("tiny-test", { price: { input: 1.5, output: 1.5 }, tier: "small" })],
];

describe("a budget that is used up with cheaper models at hand", () => {
  const prices = [
    { model: "claude-test", price: PRICE },
    { model: "small-test", price: { input: 1, output: 1 } },
    { model: "tiny-test", price: { input: 1.5, output: 1.5 } },
  ];

  it("is answered by the cheapest, which the answer says, and goes on counting", async () => {
    const mesh = await start({ clients: [cheaper()], providers: 2, models: models(), prices });
    expect((await post(mesh, MINIMAL, as("laptop"))).headers.get("x-switchyard-model")).toBe("claude-test");
    await settled(mesh.state, COST);
    const answer = await post(mesh, MINIMAL, as("laptop"));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-switchyard-model")).toBe("small-test");
    expect(answer.headers.get("x-switchyard-warning")).toMatch(
      /^The daily budget of the client "laptop" is used up: the cheapest model answers until /,
    );
    await settled(mesh.state, COST + 16_000);
    mesh.services[0]?.answers(answerError(529, "overloaded_error"));
    expect((await post(mesh, MINIMAL, as("laptop"))).headers.get("x-switchyard-model")).toBe("tiny-test");
  });

  it("refuses who takes nothing but the model asked for", async () => {
    const mesh = await start({ clients: [cheaper()], providers: 2, models: models(), prices });
    await post(mesh, MINIMAL, as("laptop"));
    await settled(mesh.state, COST);
    const headers = { ...as("laptop"), "x-switchyard-substitution": "never" };
    expect(errorOf((await post(mesh, MINIMAL, headers)).json).type).toBe("billing_error");
  });

  it("stays within a strict budget: the cheaper one must fit", async () => {
    const within = cheaper({ strict: true, budgets: { day: CENT } });
    const mesh = await start({ clients: [within], providers: 2, models: models(), prices });
    expect((await post(mesh, MINIMAL, as("laptop"))).headers.get("x-switchyard-model")).toBe("small-test");
    const nothing = await start({
      clients: [{ ...within, budgets: { day: 1 } }],
      providers: 2,
      models: models(),
      prices,
    });
    expect((await post(nothing, MINIMAL, as("laptop"))).status).toBe(429);
  });

  it("does not help against the budget of the whole mesh", async () => {
    const mesh = await start({ clients: [cheaper()], mesh: { day: CENT }, providers: 2, models: models(), prices });
    await post(mesh, MINIMAL, as("laptop"));
    await settled(mesh.state, COST, "mesh");
    expect(errorOf((await post(mesh, MINIMAL, as("laptop"))).json).message).toContain("the whole mesh");
  });
});
