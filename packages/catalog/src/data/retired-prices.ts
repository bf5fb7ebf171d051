import type { ModelPrice } from "@switchyard/wire";

/**
 * What models cost that are gone from their makers' APIs: other hosts still serve some, and transcripts name them.
 * Claude: https://platform.claude.com/docs/en/about-claude/pricing and
 * https://platform.claude.com/docs/en/about-claude/model-deprecations.
 * OpenAI: https://developers.openai.com/api/docs/pricing. As they were last listed.
 */
const CLAUDE_OPUS_4: ModelPrice = { input: 15, output: 75, cache_read: 1.5, cache_write_5m: 18.75, cache_write_1h: 30 };
const CLAUDE_SONNET: ModelPrice = { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 };

/** A model's bare name, without vendor and date → its last price. */
export const RETIRED_PRICES: readonly (readonly [name: RegExp, price: ModelPrice])[] = [
  [/^claude-(3-opus|opus-4|opus-4-0|opus-4-1|4-opus)$/, CLAUDE_OPUS_4],
  [/^claude-(3-sonnet|3-5-sonnet|3-5-sonnet-v2|3-7-sonnet|sonnet-4|sonnet-4-0|4-sonnet)$/, CLAUDE_SONNET],
  [/^claude-3-5-haiku$/, { input: 0.8, output: 4, cache_read: 0.08, cache_write_5m: 1, cache_write_1h: 1.6 }],
  [/^claude-3-haiku$/, { input: 0.25, output: 1.25, cache_read: 0.03, cache_write_5m: 0.3, cache_write_1h: 0.5 }],
];
