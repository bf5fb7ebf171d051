import type { RequestFacts } from "@switchyard/wire";

import type { KnownProvider, RequestedModel } from "./contract.ts";
import { findRequested, type NameContext, readRequestedModel } from "./requested-model.ts";

/** Models that stand in for the one asked for, by the kind of request. */
export interface Modes {
  readonly background?: string;
  readonly think?: string;
  readonly longContext?: string;
  readonly default?: string;
  /** Tokens of input above which a request is one of long context. */
  readonly longContextThreshold: number;
}

export interface ModeInput {
  facts: RequestFacts;
  modes: Modes;
  names: NameContext;
  /** The provider that a header pins. */
  pinned?: string;
}

type Mode = NonNullable<RequestedModel["mode"]>;

/**
 * A model that is configured for requests of this kind stands in for the one asked for. First of all an explicit
 * choice is respected: a pinned provider, or a model that is not Claude's, which no client names by itself. Then the
 * first that applies and is configured: long_context (over the threshold, or over the longest window in which the
 * model is offered), think (thinking of type "enabled"), background (Haiku requests), default.
 */
export function chooseMode(requested: RequestedModel, input: ModeInput): RequestedModel {
  if (isExplicit(requested, input)) return requested;
  const chosen = findMode(requested, input);
  if (chosen === undefined) return requested;
  return { ...readRequestedModel(chosen.model, input.names), name: requested.name, mode: chosen.mode };
}

function isExplicit(requested: RequestedModel, { pinned, names }: ModeInput): boolean {
  if (pinned !== undefined || requested.pinned !== undefined) return true;
  if (requested.names.length === 0 || isClaude(requested)) return false;
  return requested.canonical !== undefined || names.providers.some((one) => findRequested(one, requested).length > 0);
}

/** Also what an alias of the settings has turned into something else was asked for as Claude's. */
function isClaude({ name, canonical }: RequestedModel): boolean {
  return canonical?.includes("claude") === true || /^(?:claude(?!-via-mesh\/)|anthropic)/i.test(name.trim());
}

function findMode(
  requested: RequestedModel,
  { facts, modes, names }: ModeInput,
): { mode: Mode; model: string } | undefined {
  const { longContext, think, background } = modes;
  if (longContext !== undefined && isLong(requested, facts, { modes, names })) {
    return { mode: "long_context", model: longContext };
  }
  if (think !== undefined && facts.thinkingType === "enabled") return { mode: "think", model: think };
  if (background !== undefined && requested.tier === "small") return { mode: "background", model: background };
  return modes.default === undefined ? undefined : { mode: "default", model: modes.default };
}

function isLong(
  requested: RequestedModel,
  { estimatedInputTokens }: RequestFacts,
  { modes, names }: Pick<ModeInput, "modes" | "names">,
): boolean {
  if (estimatedInputTokens > modes.longContextThreshold) return true;
  const window = longestWindow(requested, names.providers);
  return window !== undefined && estimatedInputTokens > window;
}

function longestWindow(requested: RequestedModel, providers: readonly KnownProvider[]): number | undefined {
  const windows = providers
    .filter(({ enabled }) => enabled)
    .flatMap((provider) => findRequested(provider, requested))
    .map(({ context_window: window }) => window);
  return windows.length === 0 ? undefined : Math.max(...windows);
}
