import { createCatalog, type ProviderKind } from "@switchyard/catalog";
import { DEFAULT_WEIGHTS, type KnownProvider, planRequest, readRequestedModel, type World } from "@switchyard/routing";
import { createMemoryState, type Limit, type Snapshot, type State } from "@switchyard/state";
import { createRedisState } from "@switchyard/state/redis";
import { startRedisProcess, whyNoRedis } from "@switchyard/state/testing";
import { readRequestFacts, scanBody } from "@switchyard/wire";
import { createBody } from "./request-bodies.ts";

export interface RoutingCost {
  store: "memory" | "Redis";
  /** CPU of this process per request, µs: planning, reserving, settling, the session's place, the record. */
  microseconds: number;
  /** Candidates that each request was planned over. */
  candidates: number;
}

const KINDS: readonly ProviderKind[] = ["anthropic", "vertex", "openrouter", "openai", "gemini", "deepseek"];
const MODEL = "claude-opus-5-5";
const SESSIONS = 200;
const PARALLEL = 8;
const MINUTE = 60_000;

const LIMITS: readonly Limit[] = [
  { resource: "requests", algorithm: "token_bucket", limit: 1e9, windowMs: MINUTE },
  { resource: "input_tokens", algorithm: "token_bucket", limit: 1e12, windowMs: MINUTE },
  { resource: "output_tokens", algorithm: "sliding_window", limit: 1e12, windowMs: MINUTE },
];

/** What the choice of a place costs a request, beside what its bytes cost. */
export async function measureRoutingCost(requests: number): Promise<RoutingCost[]> {
  const results = [await measureOn("memory", createMemoryState(), requests)];
  if (whyNoRedis() !== undefined) return results;
  const redis = await startRedisProcess();
  try {
    const state = createRedisState({ url: `redis://127.0.0.1:${redis.port}` });
    await untilShared(state);
    results.push(await measureOn("Redis", state, requests));
  } finally {
    await redis.close();
  }
  return results;
}

async function untilShared(state: State): Promise<void> {
  const deadline = Date.now() + 5000;
  while (state.snapshot().store !== "shared") {
    if (Date.now() > deadline) throw new Error("Redis did not answer within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function measureOn(store: RoutingCost["store"], state: State, requests: number): Promise<RoutingCost> {
  const route = createRouter(state);
  const candidates = await route(0);
  // The first ones are slower: nothing is compiled yet.
  await runAll(route, Math.ceil(requests / 2));
  const before = process.cpuUsage();
  await runAll(route, requests);
  const { user, system } = process.cpuUsage(before);
  await state.close();
  return { store, microseconds: (user + system) / requests, candidates };
}

async function runAll(route: (index: number) => Promise<number>, requests: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests) await route(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** One request from its facts to its settlement, as the gateway makes it; resolves with the number of candidates. */
function createRouter(state: State): (index: number) => Promise<number> {
  const catalog = createCatalog();
  const providers = KINDS.map((kind, index): KnownProvider => {
    const models = catalog.offersOf(kind);
    const info = {
      service_name: kind,
      provider: kind,
      kind,
      port: 0,
      version: "1",
      uptime: 1,
      status: "ok" as const,
      simulated: true,
      models,
      tiers: catalog.tiersOf(kind),
      endpoints: [],
    };
    return { name: kind, priority: index, enabled: true, missing: [], aliases: {}, info };
  });
  const facts = readRequestFacts(scanBody(createBody({ bytes: 1024, model: MODEL, answer: "whole" })));
  const requested = readRequestedModel(MODEL, { catalog, providers, modelAliases: {} });
  return async (index) => {
    const session = `session-${index % SESSIONS}`;
    const places = await state.readSession(session);
    const plan = planRequest({
      facts,
      requested,
      substitution: "when_unavailable",
      strategy: "intelligent",
      weights: DEFAULT_WEIGHTS,
      preference: {},
      failoverPolicy: "balanced",
      sinkAt: 0.8,
      explorationShare: 0.03,
      providers,
      world: toWorld(state.snapshot()),
      places,
      dice: { random: Math.random(), explore: Math.random() },
      turn: 0,
    });
    const { reservation } = await state.take(
      plan.candidates.map(({ provider, model, estimatedUse }) => ({
        bucket: `${provider}/${model.quota_bucket}`,
        limits: LIMITS,
        ...estimatedUse,
        target: `${provider}/${model.id}`,
        breaker: { failureThreshold: 5, recoveryTimeoutMs: MINUTE },
      })),
    );
    const taken = reservation === undefined ? undefined : plan.candidates[reservation.index];
    if (reservation === undefined || taken === undefined) throw new Error("nobody had room");
    const now = Date.now();
    const place = { promptTokens: 20_000, promptBytes: 70_000, cachedTokens: 19_000, outputs: [500] };
    await Promise.all([
      state.settle(reservation, {
        outcome: "success",
        used: { requests: 1, inputTokens: 1000, outputTokens: 500 },
        firstTokenMs: 300,
        outputTokensPerSecond: 60,
      }),
      state.writeSession(session, {
        ...place,
        provider: taken.provider,
        model: taken.model.id,
        usedAt: now,
        warmUntil: now + 5 * MINUTE,
      }),
    ]);
    state.keepRecord(`request-${index}`, JSON.stringify({ first: taken.provider, reasons: taken.reasons }));
    return plan.candidates.length;
  };
}

function toWorld({ buckets, targets, providers }: Snapshot): World {
  return { now: Date.now(), buckets, targets, restingProviders: providers };
}
