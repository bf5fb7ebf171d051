import { createCatalog, type ProviderKind } from "@switchyard/catalog";
import { type FailoverPolicy, STRATEGIES } from "@switchyard/routing";
import type { ModelInfo } from "@switchyard/wire";

import { createNaive, createRouted, type Policy } from "./policies.ts";
import { createTokenBucket, createWindow } from "./quota.ts";
import { type DayResult, simulateDay } from "./simulate.ts";
import { createUpstream, type Upstream } from "./upstream.ts";
import { createWorkday } from "./workday.ts";

export const SEED = 20261120;
const MODEL = "claude-opus-4-8";
const POLICIES: readonly FailoverPolicy[] = ["cost", "balanced", "latency"];

/** A model as the catalogue has it at a kind of provider. */
function offerOf(kind: ProviderKind, location?: string): ModelInfo {
  const offers = createCatalog().offersOf(kind, location === undefined ? {} : { location });
  const found = offers.find(({ canonical }) => canonical === MODEL);
  if (found === undefined) throw new Error(`the catalogue has no ${MODEL} at ${kind}`);
  return found;
}

/** Three ways to the same model, none with room for the whole team at all times. */
function createThreeProviders(): Upstream[] {
  return [
    createUpstream({
      name: "anthropic",
      model: offerOf("anthropic"),
      quota: createTokenBucket(300_000),
      firstTokenMs: 1800,
      tokensPerSecond: 65,
    }),
    createUpstream({
      name: "vertex",
      model: offerOf("vertex", "europe-west1"),
      quota: createTokenBucket(300_000),
      firstTokenMs: 1500,
      tokensPerSecond: 70,
    }),
    createUpstream({
      name: "openrouter",
      model: offerOf("openrouter"),
      quota: createTokenBucket(1_000_000),
      firstTokenMs: 2600,
      tokensPerSecond: 55,
    }),
  ];
}

/** Every policy lives the same day of a team, with upstreams of its own. */
export function liveTeamDay(seed = SEED): DayResult[] {
  const conversations = createWorkday(seed, 25);
  const policies: ((upstreams: readonly Upstream[]) => Policy)[] = [
    (upstreams) => createNaive(upstreams),
    (upstreams) => createNaive(upstreams, "round_robin"),
    ...POLICIES.map(
      (failoverPolicy) => (upstreams: readonly Upstream[]) =>
        createRouted(upstreams, { name: `priority, ${failoverPolicy}`, strategy: "priority", failoverPolicy }),
    ),
    ...STRATEGIES.filter((strategy) => strategy !== "priority").map(
      (strategy) => (upstreams: readonly Upstream[]) =>
        createRouted(upstreams, { name: `${strategy}, balanced`, strategy, failoverPolicy: "balanced" }),
    ),
  ];
  return policies.map((create) => {
    const upstreams = createThreeProviders();
    return simulateDay(conversations, upstreams, create(upstreams));
  });
}

/** A subscription is paid for already; what it counts is told only as the used part of its window. */
function createSubscription(): Upstream[] {
  return [
    createUpstream({
      name: "subscription",
      model: { ...offerOf("anthropic"), price: { input: 0, output: 0 } },
      quota: createWindow(8_000_000, 5 * 3_600_000),
      firstTokenMs: 1800,
      tokensPerSecond: 65,
      // About what they cost each other: a read tenth, an answer five times the input.
      counts: ({ cacheRead, cacheWrite5m, output }) => cacheRead / 10 + cacheWrite5m * 1.25 + output * 5,
    }),
    createUpstream({
      name: "anthropic",
      model: offerOf("anthropic"),
      quota: createTokenBucket(400_000),
      firstTokenMs: 1800,
      tokensPerSecond: 65,
    }),
  ];
}

/** One developer whose subscription is used first and runs out twice on this day. */
export function liveSubscriptionDay(seed = SEED): DayResult[] {
  const conversations = createWorkday(seed, 1);
  const policies: ((upstreams: readonly Upstream[]) => Policy)[] = [
    (upstreams) => createNaive(upstreams),
    ...POLICIES.map(
      (failoverPolicy) => (upstreams: readonly Upstream[]) =>
        createRouted(upstreams, { name: `priority, ${failoverPolicy}`, strategy: "priority", failoverPolicy }),
    ),
    (upstreams) =>
      createRouted(upstreams, { name: "intelligent, balanced", strategy: "intelligent", failoverPolicy: "balanced" }),
    (upstreams) => createRouted(upstreams, { name: "cost, balanced", strategy: "cost", failoverPolicy: "balanced" }),
  ];
  return policies.map((create) => {
    const upstreams = createSubscription();
    return simulateDay(conversations, upstreams, create(upstreams));
  });
}
