import {
  DEFAULT_WEIGHTS,
  type FailoverPolicy,
  type KnownProvider,
  type Plan,
  planRequest,
  type RankInput,
  readRequestedModel,
  type Strategy,
  type WarmPlace,
  type World,
} from "@switchyard/routing";
import { type Catalog, createCatalog } from "@switchyard/catalog";
import type { ProviderInfo } from "@switchyard/wire";

import type { Upstream } from "./upstream.ts";
import type { Conversation, Turn } from "./workday.ts";

/** What a policy is told of a request and of the world at that moment. */
export interface Question {
  conversation: Conversation;
  turn: Turn;
  /** How many requests came before it: round robin's counter. */
  number: number;
  places: readonly WarmPlace[];
  /** ms since it came. */
  waitedMs: number;
  world: World;
}

/** Whom to ask in which order, and how long to wait before that. */
export interface Policy {
  name: string;
  plan(question: Question): Pick<Plan, "candidates" | "waitMs">;
}

const BYTES_PER_TOKEN = 3.5;

export interface RoutedOptions {
  name: string;
  strategy: Strategy;
  failoverPolicy: FailoverPolicy;
}

/** What this project does. */
export function createRouted(upstreams: readonly Upstream[], options: RoutedOptions): Policy {
  const ask = createAsker(upstreams);
  const { strategy, failoverPolicy } = options;
  return {
    name: options.name,
    plan: (question) => planRequest({ ...ask(question), strategy, failoverPolicy }),
  };
}

/** What most gateways do: a list, the next one after a refusal; knows neither limits nor caches. */
export function createNaive(upstreams: readonly Upstream[], strategy: "priority" | "round_robin" = "priority"): Policy {
  const ask = createAsker(upstreams);
  const nothing = { buckets: new Map(), targets: new Map(), restingProviders: new Map() };
  return {
    name: strategy === "priority" ? "naive fallback" : "naive rotation",
    plan: (question) => {
      const { now } = question.world;
      return planRequest({ ...ask({ ...question, places: [], world: { ...nothing, now } }), strategy });
    },
  };
}

function createAsker(upstreams: readonly Upstream[]): (question: Question) => RankInput {
  const catalog: Catalog = createCatalog();
  const providers = upstreams.map(toKnownProvider);
  const model = upstreams[0]?.model.canonical ?? "";
  const requested = readRequestedModel(model, { catalog, providers, modelAliases: {} });
  return ({ conversation, turn, number, places, world, waitedMs }) => ({
    facts: {
      model,
      maxTokens: 32_000,
      stream: true,
      messageCount: number,
      toolCount: 20,
      typedTools: [],
      images: false,
      documents: false,
      sessionId: conversation.id,
      bytes: Math.round(turn.promptTokens * BYTES_PER_TOKEN),
      estimatedInputTokens: turn.promptTokens,
    },
    requested,
    substitution: "never",
    strategy: "priority",
    weights: DEFAULT_WEIGHTS,
    preference: {},
    failoverPolicy: "balanced",
    sinkAt: 0.8,
    explorationShare: 0.03,
    providers,
    world,
    places,
    waitedMs,
    dice: turn.dice,
    turn: number,
  });
}

/** The first upstream has the highest priority. */
function toKnownProvider({ name, model }: Upstream, priority: number): KnownProvider {
  const info: ProviderInfo = {
    service_name: name,
    provider: name,
    kind: name,
    port: 0,
    version: "1",
    uptime: 1,
    status: "ok",
    simulated: true,
    models: [model],
    tiers: { big: [model.id], middle: [], small: [] },
    endpoints: [],
  };
  return { name, priority, weight: 1 / (priority + 1), enabled: true, missing: [], aliases: {}, info };
}
