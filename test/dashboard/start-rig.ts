import { setTimeout as sleep } from "node:timers/promises";
import { type Simulator, startSimulator } from "@switchyard/simulators";
import { sendMessages } from "../support/send-messages.ts";
import { startMesh, type TestMesh } from "../support/start-mesh.ts";

export const ADMIN_TOKEN = "the-admin-token-of-a-test";
export const LAPTOP = "sk-switchyard-laptop-key-in-a-test";
const NIGHTLY = "sk-switchyard-nightly-key-in-a-test";

/** Names of sessions come from clients. */
export const ODD_NAME = "<img src=x onerror=alert(1)>";

const SLOW = "Take your time.";

/** A mesh of real processes that somebody looks at. */
export interface Rig {
  readonly mesh: TestMesh;
  readonly url: string;
  /** The admin's own look at an answer. */
  ask<Answer>(path: string): Promise<Answer>;
  /** Some sessions' work, and a request that fails first; resolves when the ledger has all of it. */
  work(): Promise<void>;
  /** Begins a request whose answer takes long; resolves when it is under way. The function that it gives ends it. */
  beginSlowRequest(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export interface RigOptions {
  adminToken?: boolean;
  /** The gateway looks for the cost worker where nobody is. */
  withoutWorker?: boolean;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const [anthropic, openrouter, deepseek] = await Promise.all([
    startSimulator("anthropic"),
    startSimulator("openrouter"),
    startSimulator("deepseek"),
  ]);
  const simulators: Simulator[] = [anthropic, openrouter, deepseek];
  const mesh = await startMesh({
    simulators: { anthropic: anthropic.url, openrouter: openrouter.url, deepseek: deepseek.url },
    env: {
      ...(options.adminToken === true ? { SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN } : {}),
      ...(options.withoutWorker === true ? { COST_WORKER_URL: "http://127.0.0.1:9" } : {}),
    },
    config: {
      max_retries: 0,
      health_check_interval: 0,
      costs: { time_zone: "Europe/Berlin", alerts: { hourly_cost: 0.5, daily_cost: 500 } },
      gateway: {
        routing_strategy: "priority",
        clients: [
          { name: "laptop", key: LAPTOP, budgets: { day: 2, month: 40 } },
          { name: "nightly", key: NIGHTLY, budgets: { day: 0.5 } },
        ],
      },
    },
  });
  const headers: Record<string, string> = options.adminToken === true ? { authorization: `Bearer ${ADMIN_TOKEN}` } : {};
  const ask = async <Answer>(path: string) => (await (await fetch(mesh.url + path, { headers })).json()) as Answer;
  return {
    mesh,
    url: mesh.url,
    ask,
    async work() {
      const before = await countBooked(ask);
      const sent = await sendSome(mesh.url, anthropic);
      await until(async () => (await countBooked(ask)) >= before + sent);
    },
    async beginSlowRequest() {
      const controller = new AbortController();
      const slow = fetch(`${mesh.url}/v1/messages`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-api-key": LAPTOP,
          "x-claude-code-session-id": "slow-session",
        },
        body: JSON.stringify({
          model: "claude-sonnet-5-5",
          max_tokens: 10,
          messages: [{ role: "user", content: SLOW }],
        }),
        signal: controller.signal,
      }).catch(() => undefined);
      await until(async () => (await ask<{ under_way: unknown[] }>("/admin/overview")).under_way.length > 0);
      return async () => {
        controller.abort();
        await slow;
      };
    },
    async stop() {
      await mesh.stop();
      await Promise.all(simulators.map((simulator) => simulator.close()));
    },
  };
}

/** Waits until it is true, 30 s at most. */
export async function until(fact: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error("It did not come true.");
    await sleep(50);
  }
}

async function countBooked(ask: Rig["ask"]): Promise<number> {
  return (await ask<{ total_requests: number }>("/api/stats?hours=24")).total_requests;
}

/** Sends requests of several people, and gives how many attempts the books must show of them. */
async function sendSome(url: string, anthropic: Simulator): Promise<number> {
  const usage = { input: 142_000, cacheRead: 100_000, cacheWrite: 14_000, output: 8800 };
  let isFirst = true;
  anthropic.answerWith(({ body }) => {
    if (body.includes(SLOW)) return { delivery: { firstByteDelayMs: 60_000 } };
    if (!isFirst) return { blocks: [{ type: "text", text: "done" }], usage };
    isFirst = false;
    return { error: { status: 529 } };
  });
  const requests: readonly [model: string, key: string, session: string][] = [
    ["claude-sonnet-5-5", LAPTOP, ODD_NAME],
    ["claude-opus-5-5", LAPTOP, "laptop-session"],
    ["claude-sonnet-5-5", NIGHTLY, "nightly-session"],
    ["claude-haiku-5-5", NIGHTLY, "nightly-session"],
    ["claude-sonnet-5-5", LAPTOP, "laptop-session"],
    ["deepseek/deepseek-v4-flash", LAPTOP, "laptop-session"],
    ["openrouter/claude-sonnet-5-5", NIGHTLY, "nightly-session"],
  ];
  let attempts = 0;
  for (const [model, key, session] of requests) {
    const body = { model, max_tokens: 4000, messages: [{ role: "user", content: "Go on." }] };
    const { headers } = await sendMessages(url, body, { "x-api-key": key, "x-claude-code-session-id": session });
    attempts += Number(headers["x-switchyard-attempts"] ?? 0);
  }
  return attempts;
}
