import { once } from "node:events";
import { request as httpRequest } from "node:http";

import { describe, expect, it } from "@jest/globals";
import { type AttemptFacts, type ModelPrice, NO_USAGE, type TokenUsage } from "@switchyard/wire";

import { answerError, breakOff, delta, PREAMBLE } from "../testing/fake-service.ts";
import { costSettings } from "../testing/gateway-settings.ts";
import {
  get,
  MINIMAL,
  type MeshOptions,
  post,
  STREAMED,
  type TestMesh,
  until,
  useMeshes,
} from "../testing/test-mesh.ts";
import { costOfRequest } from "./request-cost.ts";

const mesh = useMeshes();

/** Dollars per million tokens. An answer of the fake services takes 7 and 9 tokens: 7 × 3,000 + 9 × 15,000 nano-dollars. */
const PRICE: ModelPrice = { input: 3, output: 15 };
const ANSWER = 7 * 3000 + 9 * 15_000;

function priced(providers: readonly string[], more: Partial<MeshOptions> = {}): MeshOptions {
  const prices = providers.map((provider) => ({ provider, model: "claude-test", price: PRICE }));
  return { ...more, settings: { costs: costSettings({ prices }) } };
}

interface Told {
  cost_nano_dollars?: number | null;
  subscription_cost_nano_dollars?: number;
  outcome: string;
}

/** What the record of the last request tells, and the line that the dashboard shows of it. */
async function lastOf(started: TestMesh): Promise<{ record: Told; line: Told }> {
  const { json } = await get(started, "/admin/overview");
  const [line] = json["requests"] as (Told & { request_id: string })[];
  const record = await get(started, `/admin/explain/${line?.request_id}`);
  return { record: record.json as unknown as Told, line: line ?? { outcome: "none" } };
}

describe("what the record says that a request cost", () => {
  it.each([
    ["streamed", STREAMED],
    ["not streamed", MINIMAL],
  ])("of an answer that is %s: its tokens at the price of who answered", async (_form, body) => {
    const started = await mesh(1, priced(["one"]));
    expect((await post(started, body)).status).toBe(200);
    const { record, line } = await lastOf(started);
    expect(record.cost_nano_dollars).toBe(ANSWER);
    expect(record).not.toHaveProperty("subscription_cost_nano_dollars");
    expect(line).toMatchObject({ cost_nano_dollars: ANSWER, subscription_cost_nano_dollars: 0 });
  });

  it("is what stands in the totals of the gateway", async () => {
    const started = await mesh(1, priced(["one"]));
    await post(started, STREAMED);
    const { json } = await get(started, "/stats");
    expect(JSON.stringify(json)).toContain(String(ANSWER / 1e9));
  });

  it("is nothing where no price is known, not zero", async () => {
    const started = await mesh(1);
    expect((await post(started)).status).toBe(200);
    const { record, line } = await lastOf(started);
    expect(record).toMatchObject({ outcome: "success" });
    expect(record).not.toHaveProperty("cost_nano_dollars");
    expect(line.cost_nano_dollars).toBeNull();
  });

  it("is zero where the price is", async () => {
    const free = [{ model: "claude-test", price: { input: 0, output: 0 } }];
    const started = await mesh(1, { settings: { costs: costSettings({ prices: free }) } });
    await post(started);
    expect((await lastOf(started)).record.cost_nano_dollars).toBe(0);
  });

  it("is nothing where everybody refused", async () => {
    const started = await mesh(2, priced(["one", "two"]));
    for (const service of started.services) service.answers(answerError(429, "rate_limit_error", "throttled"));
    await post(started);
    const { record, line } = await lastOf(started);
    expect(record.outcome).toBe("failure");
    expect(record).not.toHaveProperty("cost_nano_dollars");
    expect(line.cost_nano_dollars).toBeNull();
  });

  it("is the answer's alone where who failed before it used nothing, with a price or without", async () => {
    const started = await mesh(2, priced(["two"]));
    started.services[0]?.answers(answerError(529, "overloaded_error", "overloaded"));
    await post(started);
    expect((await lastOf(started)).record).toMatchObject({ outcome: "success", cost_nano_dollars: ANSWER });
  });

  it("holds what an attempt cost that failed before its first output", async () => {
    const started = await mesh(2, priced(["one", "two"]));
    started.services[0]?.answers(breakOff(PREAMBLE, "destroy"));
    expect((await post(started, STREAMED)).status).toBe(200);
    const failed = 7 * 3000;
    const { cost_nano_dollars: cost } = (await lastOf(started)).record;
    expect(cost).toBeGreaterThanOrEqual(ANSWER + failed);
    expect(cost).toBeLessThan(ANSWER + failed + 5 * 15_000);
  });

  it("is nothing where a failed attempt used something at an unknown price: a part would look like the whole", async () => {
    const started = await mesh(2, priced(["two"]));
    started.services[0]?.answers(breakOff(PREAMBLE, "destroy"));
    expect((await post(started, STREAMED)).status).toBe(200);
    expect((await lastOf(started)).record).not.toHaveProperty("cost_nano_dollars");
  });

  it("is told where budgets are kept too", async () => {
    const prices = [{ model: "claude-test", price: PRICE }];
    const started = await mesh(1, { settings: { costs: costSettings({ prices, budgets: { day: 1e12 } }) } });
    await post(started, STREAMED);
    expect((await lastOf(started)).record.cost_nano_dollars).toBe(ANSWER);
  });

  it("of a stream that broke off is the estimate of what was seen", async () => {
    const started = await mesh(1, priced(["one"]));
    started.services[0]?.answers(breakOff(PREAMBLE + delta("x".repeat(400)), "destroy"));
    await post(started, STREAMED);
    const { cost_nano_dollars: cost, outcome } = (await lastOf(started)).record;
    expect(outcome).toBe("failure");
    expect(cost).toBeGreaterThan(7 * 3000 + 80 * 15_000);
    expect(cost).toBeLessThan(7 * 3000 + 120 * 15_000);
  });

  it.each([
    ["before anything came: nothing", () => {}, undefined],
    ["in the middle of the answer: what was seen", breakOff(PREAMBLE + delta("x".repeat(400)), "hang"), 80 * 15_000],
  ] as const)("of a client that leaves %s", async (_when, answerer, least) => {
    const started = await mesh(1, priced(["one"]));
    started.services[0]?.answers(answerer);
    const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json" },
    });
    raw.on("error", () => {});
    raw.end(JSON.stringify(STREAMED));
    await until(() => started.services[0]?.requests.length === 1);
    if (least !== undefined) {
      const [response] = (await once(raw, "response")) as [NodeJS.ReadableStream];
      await once(response, "data");
    }
    raw.destroy();
    await until(async () => ((await get(started, "/admin/overview")).json["requests"] as unknown[]).length === 1);
    const { record } = await lastOf(started);
    expect(record.outcome).toBe("client gone");
    if (least === undefined) expect(record).not.toHaveProperty("cost_nano_dollars");
    else expect(record.cost_nano_dollars).toBeGreaterThan(least);
  });

  it("of a subscription is told at list price, as paid by it, and billed to nobody", async () => {
    const started = await mesh(1, priced(["one"], { providers: [{ credential: { type: "client" } }] }));
    await post(started, MINIMAL, { authorization: "Bearer sk-ant-oat-of-a-test" });
    const { record } = await lastOf(started);
    expect(record).toMatchObject({ cost_nano_dollars: ANSWER, subscription_cost_nano_dollars: ANSWER });
    expect(JSON.stringify((await get(started, "/stats")).json)).not.toContain(String(ANSWER / 1e9));
  });
});

describe("the sum over a request's attempts", () => {
  const used: TokenUsage = { ...NO_USAGE, output: 1 };
  const ticket = (cost: number | undefined, usage = used, subscription = false) => ({
    attempt: { subscription } as AttemptFacts,
    ended: { cost, usage },
  });

  it("counts a subscription's part apart", () => {
    expect(costOfRequest([ticket(5), ticket(7, used, true)])).toEqual({ nanoDollars: 12, bySubscription: 7 });
  });

  it("leaves out what is not over, and what used nothing", () => {
    const open = { attempt: { subscription: false } as AttemptFacts, ended: undefined };
    expect(costOfRequest([open, ticket(0, NO_USAGE), ticket(undefined, NO_USAGE)])).toEqual({});
    expect(costOfRequest([open, ticket(undefined, NO_USAGE), ticket(5)])).toEqual({ nanoDollars: 5 });
    expect(costOfRequest([])).toEqual({});
  });

  it("counts a fee without tokens", () => {
    expect(costOfRequest([ticket(10_000_000, { ...NO_USAGE, webSearches: 1 })])).toEqual({ nanoDollars: 10_000_000 });
  });

  it("is not known where one of them is not", () => {
    expect(costOfRequest([ticket(5), ticket(undefined)])).toEqual({});
  });
});
