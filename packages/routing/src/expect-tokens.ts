import type { ModelInfo, RequestFacts } from "@switchyard/wire";

import type { TargetView, WarmPlace } from "./contract.ts";
import type { ExpectedTokens } from "./price.ts";

/** What the session's earlier requests tell of this one, read once per request. */
export interface SessionMemory {
  readonly places: readonly WarmPlace[];
  /** Tokens per byte of the newest prompt; undefined: nothing was learnt. */
  readonly ratio: number | undefined;
  /** The p90 of the newest place's answers, tokens; undefined: it has had none. */
  readonly output: number | undefined;
}

/** Of answers about which nothing is known. */
const DEFAULT_OUTPUT = 1000;
/** A prompt that has shrunk below this part of the last one was rewritten: its beginning is not the cached one. */
const REWRITTEN = 0.9;
/** Bytes of an image say nothing of its tokens: no estimate is further than this over the one that knows images. */
const MOST_OVER_FACTS = 2;

export function readMemory(places: readonly WarmPlace[]): SessionMemory {
  const told = places.find(({ promptBytes, promptTokens }) => promptBytes > 0 && promptTokens > 0);
  const answered = places.find(({ outputs }) => outputs.length > 0);
  return {
    places,
    ratio: told === undefined ? undefined : ratioOf(told),
    output: answered === undefined ? undefined : p90(answered.outputs),
  };
}

/** Where the session was at this model of this provider; its cache there can be cold. */
export function findPlace({ places }: SessionMemory, provider: string, model: string): WarmPlace | undefined {
  for (const place of places) if (place.provider === provider && place.model === model) return place;
  return undefined;
}

export interface ExpectContext {
  memory: SessionMemory;
  place: WarmPlace | undefined;
  warm: boolean;
  /** How long the model's answers are there; undefined: unknown. */
  usual?: TargetView["output"];
}

/**
 * What the request takes at one place. Input: with a warm cache what was not cached at last plus what has been added
 * since, else everything. Output: the p90 of the answers there, else of the session's newest, else of the model's
 * everywhere, else 1,000; at most `max_tokens`.
 */
export function expectTokens(
  facts: RequestFacts,
  model: ModelInfo,
  { memory, place, warm, usual }: ExpectContext,
): ExpectedTokens {
  const answers =
    place === undefined || place.outputs.length === 0 ? (memory.output ?? usualP90(usual)) : p90(place.outputs);
  const output = Math.min(answers, facts.maxTokens ?? 0, model.max_output_tokens);
  const most = facts.estimatedInputTokens * MOST_OVER_FACTS;
  const ratio =
    place === undefined || place.promptTokens === 0 || place.promptBytes === 0 ? memory.ratio : ratioOf(place);
  if (place === undefined || !warm || facts.bytes < place.promptBytes * REWRITTEN) {
    const all = ratio === undefined ? facts.estimatedInputTokens : Math.min(facts.bytes * ratio, most);
    return { cached: 0, fresh: Math.ceil(all), output };
  }
  const added = Math.min(Math.max(0, facts.bytes - place.promptBytes) * (ratio ?? 0), most);
  return {
    cached: place.cachedTokens,
    fresh: Math.ceil(Math.max(0, place.promptTokens - place.cachedTokens) + added),
    output,
  };
}

function ratioOf({ promptTokens, promptBytes }: WarmPlace): number {
  return promptTokens / promptBytes;
}

/** Lengths of answers scatter to one side: mean and deviation give their p90 well. */
const P90_DEVIATIONS = 1.28;

function usualP90(usual: TargetView["output"]): number {
  return usual === undefined ? DEFAULT_OUTPUT : Math.ceil(usual.mean + P90_DEVIATIONS * usual.deviation);
}

/** By the nearest rank. */
function p90(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? DEFAULT_OUTPUT;
}
