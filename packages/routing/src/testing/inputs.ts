import { createCatalog } from "@switchyard/catalog";
import type { ModelInfo, ModelPrice, ProviderInfo, RequestFacts } from "@switchyard/wire";

import {
  type BucketView,
  DEFAULT_WEIGHTS,
  type KnownProvider,
  type RankInput,
  type RestView,
  type TargetView,
  type WarmPlace,
} from "../contract.ts";
import { readRequestedModel } from "../requested-model.ts";

export const catalog = createCatalog();
export const NOW = Date.parse("2026-11-20");

export function modelInfo(canonical: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id: canonical,
    canonical,
    display_name: canonical,
    aliases: [],
    tier: "big",
    context_window: 200_000,
    max_output_tokens: 64_000,
    capabilities: { tools: true, images: true, documents: true, thinking: true, server_tools: [] },
    quota_bucket: canonical,
    dialect: "messages",
    native_count_tokens: false,
    ...more,
  };
}

export type ProviderOptions = Partial<KnownProvider> & { status?: ProviderInfo["status"] };

export function provider(name: string, models: ModelInfo[], more: ProviderOptions = {}): KnownProvider {
  const { status = "ok", ...known } = more;
  const tier = (wanted: string) => models.filter((model) => model.tier === wanted).map(({ id }) => id);
  const info: ProviderInfo = {
    service_name: name,
    provider: name,
    kind: "openai-compatible",
    port: 0,
    version: "1",
    uptime: 1,
    status,
    simulated: false,
    models,
    tiers: { big: tier("big"), middle: tier("middle"), small: tier("small") },
    endpoints: [],
  };
  return { name, priority: 1, enabled: true, missing: [], aliases: {}, info, ...known };
}

export function facts(more: Partial<RequestFacts> = {}): RequestFacts {
  return {
    model: "claude-opus-4-8",
    maxTokens: 32_000,
    stream: true,
    messageCount: 1,
    toolCount: 0,
    typedTools: [],
    images: false,
    documents: false,
    bytes: 350,
    estimatedInputTokens: 100,
    ...more,
  };
}

export const ROUND_PRICE: ModelPrice = { input: 10, output: 50, cache_read: 1, cache_write_5m: 12.5 };

export function bucket(more: Partial<BucketView> = {}): BucketView {
  return { load: 0, share: 1, ...more };
}

export function target(more: Partial<TargetView> = {}): TargetView {
  return { breaker: "closed", attempts: 100, firstTokenMs: 2500, outputTokensPerSecond: 50, successRate: 1, ...more };
}

export function warmPlace(providerName: string, model: string, more: Partial<WarmPlace> = {}): WarmPlace {
  return {
    provider: providerName,
    model,
    usedAt: NOW - 10_000,
    warmUntil: NOW + 290_000,
    promptTokens: 100_000,
    promptBytes: 350_000,
    cachedTokens: 99_000,
    outputs: [800],
    ...more,
  };
}

export interface Situation extends Partial<Omit<RankInput, "facts" | "world" | "dice" | "requested">> {
  model?: string;
  facts?: Partial<RequestFacts>;
  modelAliases?: Record<string, string>;
  buckets?: Record<string, BucketView>;
  targets?: Record<string, TargetView>;
  resting?: Record<string, RestView>;
  random?: number;
  explore?: number;
}

/** Everything that is not said is as usual: by priority, nothing is known, nothing is explored. */
export function rankInput(providers: readonly KnownProvider[], situation: Situation = {}): RankInput {
  const { model, facts: some, modelAliases = {}, buckets, targets, resting, random, explore, ...more } = situation;
  const asked = facts({ ...some, ...(model === undefined ? {} : { model }) });
  return {
    facts: asked,
    requested: readRequestedModel(asked.model, { catalog, providers, modelAliases }),
    substitution: "when_unavailable",
    strategy: "priority",
    weights: DEFAULT_WEIGHTS,
    preference: {},
    failoverPolicy: "balanced",
    sinkAt: 0.8,
    explorationShare: 0.03,
    providers,
    world: {
      now: NOW,
      buckets: new Map(Object.entries(buckets ?? {})),
      targets: new Map(Object.entries(targets ?? {})),
      restingProviders: new Map(Object.entries(resting ?? {})),
    },
    places: [],
    dice: { random: random ?? 0, explore: explore ?? 1 },
    turn: 0,
    ...more,
  };
}
