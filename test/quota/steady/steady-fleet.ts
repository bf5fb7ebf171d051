import type { QuotaRule } from "@switchyard/simulators";
import type { FleetOptions, FleetProvider } from "../fleet/start-fleet.ts";
import type { SessionShape } from "../load/session.ts";

/** A simulated minute. */
export const WINDOW_MS = 6_000;

/** Five minutes of it. */
export const PROMPT_CACHE_MS = 5 * WINDOW_MS;

export const SHAPE: SessionShape = {
  model: "claude-sonnet-5-5",
  system: [1_200, 1_800],
  turn: [120, 360],
  output: [80, 240],
  turns: [6, 14],
  maxTokens: 1_024,
  firstOutputMs: 150,
  streamMs: 400,
};

const OUTPUT = 160;
/** Uncached input of a turn, the first of a session counted in, and the whole prompt of one. */
const INPUT = 600;
const PROMPT = 3_400;

/** Requests per window that each provider has quota for; each ends at another resource, by another algorithm. */
export const CAPACITY = { anthropic: 80, vertex: 70, openai: 60 } as const;

export type SteadyKind = keyof typeof CAPACITY;

export const STEADY_KINDS = Object.keys(CAPACITY) as SteadyKind[];

const QUOTAS: Readonly<Record<SteadyKind, readonly QuotaRule[]>> = {
  anthropic: [
    rule("requests", CAPACITY.anthropic * 1.3, { algorithm: "token_bucket" }),
    rule("input_tokens", CAPACITY.anthropic * INPUT * 1.5, { algorithm: "token_bucket" }),
    rule("output_tokens", CAPACITY.anthropic * OUTPUT, { algorithm: "token_bucket" }),
  ],
  vertex: [
    rule("requests", CAPACITY.vertex, { algorithm: "fixed_window" }),
    rule("input_tokens", CAPACITY.vertex * INPUT * 1.6, { algorithm: "fixed_window" }),
    rule("output_tokens", CAPACITY.vertex * OUTPUT * 1.3, { algorithm: "fixed_window" }),
  ],
  openai: [
    rule("tokens", CAPACITY.openai * PROMPT, { algorithm: "sliding_window" }),
    rule("requests", CAPACITY.openai * 1.5, { algorithm: "sub_windows", subWindowMs: WINDOW_MS / 6 }),
  ],
};

function rule(resource: QuotaRule["resource"], limit: number, more: Partial<QuotaRule>): QuotaRule {
  return { resource, limit: Math.round(limit), windowMs: WINDOW_MS, ...more };
}

/** The model that each provider serves the sessions with. */
export const MODELS: Readonly<Record<SteadyKind, string>> = {
  anthropic: "claude-sonnet-5-5",
  vertex: "claude-sonnet-5-5",
  openai: "gpt-4.1",
};

export interface SteadyFleetOptions {
  gateways: number;
  redisUrl?: string;
  /** This provider's limits are configured so many times too high. */
  wrong?: { kind: SteadyKind; factor: number };
}

/** Three providers, whose quotas the gateways are told in their settings. */
export function describeSteadyFleet({ gateways, redisUrl, wrong }: SteadyFleetOptions): FleetOptions {
  return {
    gateways,
    promptCacheMs: PROMPT_CACHE_MS,
    providers: STEADY_KINDS.map((kind): FleetProvider => ({
      kind,
      quotas: QUOTAS[kind],
      limits: QUOTAS[kind].map((quota) => toLimit(quota, wrong?.kind === kind ? wrong.factor : 1)),
      settings: { models: { big: [MODELS[kind]], middle: [MODELS[kind]], small: [MODELS[kind]] } },
    })),
    ...(redisUrl === undefined ? {} : { redisUrl }),
    config: { max_retries: 0, gateway: { max_concurrent_requests: 2_000, fallback_delay: 0.01 } },
  };
}

/** A quota as the settings say it. */
function toLimit({ resource, limit, algorithm, subWindowMs }: QuotaRule, factor: number): Record<string, unknown> {
  return {
    resource,
    limit: Math.round(limit * factor),
    per: `${WINDOW_MS / 1_000}s`,
    algorithm: algorithm === "sub_windows" ? "fixed_window" : algorithm,
    ...(subWindowMs === undefined ? {} : { sub_window: `${subWindowMs / 1_000}s` }),
  };
}
