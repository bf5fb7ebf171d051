import { setTimeout as sleep } from "node:timers/promises";
import { createCatalog, createPriceBook } from "@switchyard/catalog";
import { type TokenUsage, NO_USAGE } from "@switchyard/wire";
import { startFleet } from "../quota/fleet/start-fleet.ts";
import { check, percent, type ProofResult } from "../quota/proof.ts";
import { sendMessages } from "../support/send-messages.ts";

const KEY = "sk-switchyard-overshoot-of-a-test-client";
const MODEL = "claude-haiku-4-5";
const CLIENTS = 100;
const PARALLEL_MS = 150;
const NANO = 1e9;
/** A settling that is under way when its client has its answer already. */
const SETTLING_MS = 100;
const LONGEST_MS = 30_000;

export interface OvershootOptions {
  gateways: number;
  strict: boolean;
  redisUrl?: string;
}

/** What one client's request came to, in the clock of performance.now(). */
interface Outcome {
  /** "answered", the type of a final refusal, or what it gave up at. */
  kind: string;
  /** Of the try that was answered or refused for good. */
  sentAt: number;
  endedAt: number;
  nanoDollars: number;
}

/** A hundred clients at once on one budget that a third of them use up; who is told to come back does. */
export async function proveOvershoot({ gateways, strict, redisUrl }: OvershootOptions): Promise<ProofResult> {
  const body = messageBody();
  const cost = costOf({ ...NO_USAGE, uncachedInput: 2000, output: 800 });
  // Room for some worst cases at the same time, and for a third of what is asked for.
  const budget = 33 * cost + 1;
  const fleet = await startFleet({
    gateways,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    providers: [{ kind: "anthropic" }],
    config: {
      max_retries: 0,
      health_check_interval: 0,
      gateway: {
        routing_strategy: "priority",
        exploration_share: 0,
        max_concurrent_requests: 1000,
        clients: [{ name: "laptop", key: KEY, strict, budgets: { day: budget / NANO } }],
      },
    },
  });
  try {
    fleet.simulatorOf("anthropic").answerWith(() => ({
      blocks: [{ type: "text", text: "done" }],
      usage: { input: 2000, output: 800 },
      delivery: { firstByteDelayMs: PARALLEL_MS },
    }));
    const reserved = await expectedCost(fleet.gateways[0]?.url ?? "", body);
    const outcomes = await Promise.all(
      Array.from({ length: CLIENTS }, (_, number) =>
        askUntilDone(fleet.gateways[number % fleet.gateways.length]?.url ?? "", body),
      ),
    );
    const upstream = fleet
      .simulatorOf("anthropic")
      .requests.filter(({ method, path }) => method === "POST" && path.startsWith("/v1/messages")).length;
    return judge(outcomes, { gateways, strict, budget, reserved, lost: countLosses(fleet.log), upstream });
  } finally {
    await fleet.stop();
  }
}

function countLosses(log: readonly string[]): number {
  return log.filter((line) => line.includes("Redis is away")).length;
}

/** As the gateway expects it, nano-dollars. */
async function expectedCost(url: string, body: unknown): Promise<number> {
  const answer = await fetch(`${url}/admin/route`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": KEY },
    body: JSON.stringify(body),
  });
  const { candidates } = (await answer.json()) as { candidates: { estimated_cost_dollars: number }[] };
  return Math.round((candidates[0]?.estimated_cost_dollars ?? Number.NaN) * NANO);
}

function messageBody(): Record<string, unknown> {
  return { model: MODEL, max_tokens: 800, messages: [{ role: "user", content: "x ".repeat(1500) }] };
}

async function askUntilDone(url: string, body: unknown): Promise<Outcome> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const sentAt = performance.now();
    const { status, json, headers } = await sendMessages(url, body, { "x-api-key": KEY });
    const endedAt = performance.now();
    const answer = json as { usage?: Record<string, number>; error?: { type: string } };
    if (status === 200) return { kind: "answered", sentAt, endedAt, nanoDollars: costOf(toUsage(answer.usage ?? {})) };
    const type = answer.error?.type ?? "";
    if (headers["x-should-retry"] === "false") {
      return { kind: status === 429 ? type : `${status} ${type}`, sentAt, endedAt, nanoDollars: 0 };
    }
    if (endedAt > until) return { kind: `gave up at ${status} ${type}`, sentAt, endedAt, nanoDollars: 0 };
    await sleep(20);
  }
}

interface Setting {
  gateways: number;
  strict: boolean;
  budget: number;
  /** What is reserved for a request where that is not the most that it may cost. */
  reserved: number;
  /** How often a gateway found Redis too slow to wait for. */
  lost: number;
  upstream: number;
}

function judge(
  outcomes: readonly Outcome[],
  { gateways, strict, budget, reserved, lost, upstream }: Setting,
): ProofResult {
  const answered = outcomes.filter(({ kind }) => kind === "answered").toSorted((a, b) => a.endedAt - b.endedAt);
  const refused = outcomes.filter(({ kind }) => kind === "billing_error");
  const spent = answered.reduce((sum, { nanoDollars }) => sum + nanoDollars, 0);
  let running = 0;
  const reachedAt = answered.find(({ nanoDollars }) => (running += nanoDollars) >= budget)?.endedAt ?? Infinity;
  // The one that reached it was in flight until then.
  const inFlight = answered.filter(({ endedAt }) => endedAt >= reachedAt);
  const inFlightCost = inFlight.reduce((sum, { nanoDollars }) => sum + nanoDollars, 0);
  const late = answered.filter(({ sentAt }) => sentAt > reachedAt + SETTLING_MS);
  const overshoot = Math.max(0, spent - budget);
  return {
    title: `${CLIENTS} clients at once through ${gateways} gateway(s), ${strict ? "strict" : "not strict"}`,
    tables: [
      {
        caption: "What was spent of the budget",
        head: [
          "gateways",
          "strict",
          "budget",
          "answered",
          "refused for good",
          "spent",
          "overshoot",
          "in flight when reached",
          "Redis lost",
        ],
        rows: [
          [
            String(gateways),
            strict ? "yes" : "no",
            show(budget),
            String(answered.length),
            String(refused.length),
            `${show(spent)} (${percent(spent / budget)})`,
            show(overshoot),
            `${inFlight.length}: ${show(inFlightCost)}`,
            String(lost),
          ],
        ],
      },
    ],
    checks: [
      check(
        "every client is answered or refused for good",
        answered.length + refused.length === CLIENTS,
        kinds(outcomes),
      ),
      check("the upstream got what was answered, no more", upstream === answered.length, `${upstream} requests`),
      strict
        ? check("the budget is never passed", spent <= budget, `${show(spent)} of ${show(budget)}`)
        : check(
            "it is passed by no more than what was in flight when it was reached",
            overshoot <= inFlightCost && late.length === 0,
            `${show(overshoot)}; in flight ${show(inFlightCost)}; sent later and answered: ${late.length}`,
          ),
      // While less than the budget is settled and reserved one more may come in; this many at most, if nothing is settled.
      check(
        "together the gateways let in no more than one would",
        answered.length <= Math.floor(budget / reserved) + 1,
        `${answered.length}; ${show(reserved)} are reserved for each`,
      ),
      check("most of the budget can be used", spent > 0.5 * budget, percent(spent / budget)),
    ],
  };
}

function kinds(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of outcomes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
}

function show(nanoDollars: number): string {
  return `$${(nanoDollars / NANO).toFixed(4)}`;
}

function toUsage(usage: Record<string, number>): TokenUsage {
  return {
    ...NO_USAGE,
    uncachedInput: usage["input_tokens"] ?? 0,
    cacheRead: usage["cache_read_input_tokens"] ?? 0,
    cacheWrite5m: usage["cache_creation_input_tokens"] ?? 0,
    output: usage["output_tokens"] ?? 0,
  };
}

function costOf(usage: TokenUsage): number {
  const book = createPriceBook({ catalog: createCatalog(), now: Date.now });
  const facts = {
    provider: "anthropic",
    providerKind: "anthropic",
    model: MODEL,
    upstreamModel: MODEL,
    at: Date.now(),
  };
  return book.cost(facts, usage).nanoDollars;
}
