import type { ModelPrice, ModelTier } from "@switchyard/wire";
import type { CatalogModel, ClaudeTraits, ModelOffer } from "../model.ts";
import { CLAUDE_PROFILE } from "../profiles.ts";

/**
 * Tools that the API executes itself.
 * Claude API: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview, read 2026-11.
 * Google Cloud: web search only, https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai.
 */
const ANTHROPIC_SERVER_TOOLS = [
  "web_search",
  "web_fetch",
  "code_execution",
  "tool_search_tool_regex",
  "tool_search_tool_bm25",
];
const VERTEX_SERVER_TOOLS = ["web_search"];

/** Both endpoints refuse larger bodies: https://platform.claude.com/docs/en/api/errors (32 MB), …/claude-on-vertex-ai (30 MB). */
const ANTHROPIC_MAX_BODY_BYTES = 32 * 1024 * 1024;
const VERTEX_MAX_BODY_BYTES = 30 * 1000 * 1000;

/**
 * "Regional and multi-region endpoints include a 10 % premium over global", from Claude 4.5 on.
 * https://platform.claude.com/docs/en/about-claude/pricing, read 2026-11.
 */
const VERTEX_REGIONAL_PRICE_FACTOR = 1.1;

/**
 * "$10 per 1,000 searches", on Google Cloud as on the Claude API; fetching and searching for tools cost nothing extra.
 * https://platform.claude.com/docs/en/about-claude/pricing#web-search-tool, read 2026-11.
 */
const WEB_SEARCH_DOLLARS = 0.01;

export interface ClaudeModelData {
  canonical: string;
  displayName: string;
  lineage: string;
  tier: ModelTier;
  rank?: number;
  aliases?: readonly string[];
  legacy?: readonly RegExp[];
  contextWindow: number;
  maxOutputTokens: number;
  /** Of the Claude API; Google Cloud's global endpoint and OpenRouter charge the same. */
  price?: ModelPrice;
  claude: ClaudeTraits;
  /** The Claude API's rate limits are counted per this; https://platform.claude.com/docs/en/api/rate-limits. */
  quota: string;
  retiresAt?: string;
  /** Absent: not offered there. */
  vertex?: { id: string; sharedQuota?: string };
  openrouter?: string;
}

/** A Claude model with its offers on the Claude API, Google Cloud and OpenRouter's Messages endpoint. */
export function claudeModel(data: ClaudeModelData): CatalogModel {
  const { claude } = data;
  const priced =
    data.price === undefined ? data : { ...data, price: { ...data.price, web_search: WEB_SEARCH_DOLLARS } };
  return {
    canonical: data.canonical,
    displayName: data.displayName,
    lineage: data.lineage,
    tier: data.tier,
    ...(data.rank === undefined ? {} : { rank: data.rank }),
    aliases: data.aliases ?? [],
    ...(data.legacy === undefined ? {} : { legacy: data.legacy }),
    contextWindow: data.contextWindow,
    maxOutputTokens: data.maxOutputTokens,
    capabilities: { tools: true, images: true, documents: true, thinking: true },
    profile: {
      ...CLAUDE_PROFILE,
      sampling: claude.sampling ? "without_reasoning" : "never",
      efforts: claude.efforts.length > 0 ? claude.efforts : ["low", "medium", "high"],
      forcedToolChoice: claude.forcedToolUse ? "without_reasoning" : "never",
      reasoningAlwaysOn: !claude.thinking.some((type) => type === "disabled" || type === "between_tools"),
      contextWindow: data.contextWindow,
      maxOutputTokens: data.maxOutputTokens,
    },
    claude,
    offers: [anthropicOffer(priced), ...vertexOffers(priced), ...openrouterOffers(priced)],
  };
}

function anthropicOffer({ canonical, price, quota, retiresAt }: ClaudeModelData): ModelOffer {
  return {
    kind: "anthropic",
    id: canonical,
    dialects: ["messages"],
    ...(price === undefined ? {} : { price }),
    quotaBucket: `anthropic/${quota}`,
    ...(retiresAt === undefined ? {} : { retiresAt }),
    nativeCountTokens: true,
    serverTools: ANTHROPIC_SERVER_TOOLS,
    maxBodyBytes: ANTHROPIC_MAX_BODY_BYTES,
  };
}

/**
 * Global and multi-region endpoints share one quota per lineage for models launched after 2026-05-26,
 * each location on its own; older models and regional endpoints have one per model.
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/partner-models/claude/quotas, read 2026-11.
 */
function vertexOffers({ canonical, price, vertex }: ClaudeModelData): ModelOffer[] {
  if (vertex === undefined) return [];
  const { id, sharedQuota } = vertex;
  return [
    {
      kind: "vertex",
      id,
      dialects: ["messages"],
      ...(price === undefined ? {} : { price, regionalPriceFactor: VERTEX_REGIONAL_PRICE_FACTOR }),
      quotaBucket: `vertex/{location}/${canonical}`,
      ...(sharedQuota === undefined ? {} : { sharedQuotaBucket: `vertex/{location}/${sharedQuota}` }),
      nativeCountTokens: true,
      serverTools: VERTEX_SERVER_TOOLS,
      maxBodyBytes: VERTEX_MAX_BODY_BYTES,
    },
  ];
}

/** Prices are passed through without a markup: https://openrouter.ai/docs/faq, read 2026-11. */
function openrouterOffers({ price, openrouter }: ClaudeModelData): ModelOffer[] {
  if (openrouter === undefined) return [];
  return [
    {
      kind: "openrouter",
      id: openrouter,
      dialects: ["messages", "chat"],
      ...(price === undefined ? {} : { price }),
      quotaBucket: "openrouter",
      nativeCountTokens: false,
    },
  ];
}
