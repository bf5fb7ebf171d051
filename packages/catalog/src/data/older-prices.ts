import type { ModelPrice } from "@switchyard/wire";
import type { ProviderKind } from "../model.ts";

export interface OlderPrice {
  /** The model's bare name, without vendor and date. */
  name: RegExp;
  price: ModelPrice;
  /** Where it is, or was, charged. */
  kinds: readonly ProviderKind[];
}

const CLAUDE: readonly ProviderKind[] = ["anthropic", "vertex", "openrouter"];
const OPENAI: readonly ProviderKind[] = ["openai", "openrouter"];

/**
 * What models cost that are too old to be offered here but not to be met: other hosts serve them, deployments keep
 * them, transcripts name them. Each at its last listed price.
 * Claude: https://platform.claude.com/docs/en/about-claude/pricing and …/model-deprecations.
 * OpenAI: https://developers.openai.com/api/docs/pricing, as of 2026-05 and before.
 */
export const OLDER_PRICES: readonly OlderPrice[] = [
  claude(/^claude-(3-opus|opus-4|opus-4-0|opus-4-1|4-opus)$/, [15, 75, 1.5, 18.75, 30]),
  claude(/^claude-(3-sonnet|3-5-sonnet|3-5-sonnet-v2|3-7-sonnet|sonnet-4|sonnet-4-0|4-sonnet)$/, [3, 15, 0.3, 3.75, 6]),
  claude(/^claude-3-5-haiku$/, [0.8, 4, 0.08, 1, 1.6]),
  claude(/^claude-3-haiku$/, [0.25, 1.25, 0.03, 0.3, 0.5]),
  openai(/^gpt-5\.(2|2-codex|3-codex)$/, [1.75, 14, 0.175]),
  openai(/^gpt-5(\.1)?(-codex(-max)?)?$/, [1.25, 10, 0.125]),
  openai(/^gpt-5(-mini|\.1-codex-mini)$/, [0.25, 2, 0.025]),
  openai(/^gpt-5-nano$/, [0.05, 0.4, 0.005]),
  openai(/^gpt-4\.1-nano$/, [0.1, 0.4, 0.025]),
  openai(/^o1(-preview)?$/, [15, 60, 7.5]),
  openai(/^o3$/, [2, 8, 0.5]),
  openai(/^o3-mini$/, [1.1, 4.4, 0.55]),
  openai(/^o4-mini$/, [1.1, 4.4, 0.275]),
];

type ClaudeRates = readonly [input: number, output: number, read: number, write5m: number, write1h: number];

function claude(name: RegExp, [input, output, read, write5m, write1h]: ClaudeRates): OlderPrice {
  const price = { input, output, cache_read: read, cache_write_5m: write5m, cache_write_1h: write1h };
  return { name, price, kinds: CLAUDE };
}

function openai(
  name: RegExp,
  [input, output, read]: readonly [input: number, output: number, read: number],
): OlderPrice {
  return { name, price: { input, output, cache_read: read }, kinds: OPENAI };
}
