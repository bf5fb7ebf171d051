import type { CatalogModel } from "../model.ts";
import { CLAUDE_FABLE_MODELS } from "./claude-fable.ts";
import { CLAUDE_HAIKU_MODELS } from "./claude-haiku.ts";
import { CLAUDE_OPUS_MODELS } from "./claude-opus.ts";
import { CLAUDE_SONNET_MODELS } from "./claude-sonnet.ts";
import { DEEPSEEK_MODELS } from "./deepseek.ts";
import { GEMINI_MODELS } from "./gemini.ts";
import { OPEN_WEIGHT_MODELS } from "./open-weights.ts";
import { GPT_4_MODELS } from "./openai-gpt-4.ts";
import { GPT_5_MODELS } from "./openai-gpt-5.ts";
import { GPT_6_MODELS } from "./openai-gpt-6.ts";

/** Every model that this project knows without being told, newest first within its lineage. */
export const MODELS: readonly CatalogModel[] = [
  ...CLAUDE_OPUS_MODELS,
  ...CLAUDE_SONNET_MODELS,
  ...CLAUDE_HAIKU_MODELS,
  ...CLAUDE_FABLE_MODELS,
  ...GPT_6_MODELS,
  ...GPT_5_MODELS,
  ...GPT_4_MODELS,
  ...GEMINI_MODELS,
  ...DEEPSEEK_MODELS,
  ...OPEN_WEIGHT_MODELS,
];

/** Names the state of the figures above; stands in every row of the ledger that was priced by them. */
export const CATALOG_VERSION = "2026-11-21";
