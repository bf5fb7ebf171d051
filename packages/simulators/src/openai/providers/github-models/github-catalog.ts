import type { DialectContext } from "../../../engine/dialect.ts";
import { OPENAI_MODELS, addedModel, isReasoningModel, type OpenAiModel } from "../../openai-models.ts";

export interface GithubModel {
  /** "publisher/name". */
  id: string;
  name: string;
  publisher: string;
  facts: OpenAiModel;
  /** "low", "high", "custom" for reasoning models, "embeddings". */
  tier: string;
  tools: boolean;
}

/**
 * Some of the catalogue as it was (docs.github.com/en/rest/models/catalog, seen 2026-11). Windows are those of paid
 * use: the free tier takes 8,000 tokens, which is told to a simulator as a model with that window.
 */
const MODELS: readonly GithubModel[] = [
  openAi("gpt-4.1", "OpenAI GPT-4.1", "high"),
  openAi("gpt-4.1-mini", "OpenAI GPT-4.1-mini", "low"),
  openAi("gpt-4o", "OpenAI GPT-4o", "high"),
  openAi("gpt-4o-mini", "OpenAI GPT-4o mini", "low"),
  openAi("gpt-5", "OpenAI gpt-5", "custom"),
  openAi("o3", "OpenAI o3", "custom"),
  other("deepseek/deepseek-v3-0324", "DeepSeek-V3-0324", { contextWindow: 128_000, maxOutputTokens: 4_096 }, true),
  other("mistral-ai/mistral-medium-2505", "Mistral Medium 3 (25.05)", { contextWindow: 128_000 }, true),
  other("microsoft/phi-4", "Phi-4", { contextWindow: 16_384, maxOutputTokens: 4_096 }, false),
  {
    ...other("openai/text-embedding-3-large", "OpenAI Text Embedding 3 (large)", { contextWindow: 8_191 }, false),
    tier: "embeddings",
  },
];

export function listGithubModels(context: DialectContext): GithubModel[] {
  const added = (context.models ?? []).map((model) => ({
    id: model.id,
    name: model.id,
    publisher: publisherOf(model.id),
    facts: addedModel(model),
    tier: model.reasoning === true ? "custom" : "high",
    tools: true,
  }));
  const names = new Set(added.map((model) => model.id));
  return [...added, ...MODELS.filter((model) => !names.has(model.id))];
}

/** One entry of GET /catalog/models. */
export function describeGithubModel(model: GithubModel): Record<string, unknown> {
  const isEmbedding = model.tier === "embeddings";
  const capabilities = ["streaming", ...(model.tools ? ["tool-calling"] : [])];
  return {
    id: model.id,
    name: model.name,
    publisher: model.publisher,
    summary: `${model.name}, as the catalogue sums it up.`,
    rate_limit_tier: model.tier,
    supported_input_modalities: model.facts.images && model.tools ? ["text", "image"] : ["text"],
    supported_output_modalities: isEmbedding ? ["embeddings"] : ["text"],
    tags: isReasoningModel(model.facts) ? ["reasoning"] : ["multipurpose"],
    registry: model.publisher === "OpenAI" ? "azure-openai" : "azureml",
    version: "1",
    capabilities: isReasoningModel(model.facts) ? [...capabilities, "reasoning"] : capabilities,
    limits: {
      max_input_tokens: model.facts.contextWindow,
      max_output_tokens: isEmbedding ? null : model.facts.maxOutputTokens,
    },
    html_url: `https://github.com/marketplace/models/${model.id.replace("/", "-")}`,
  };
}

function openAi(id: string, name: string, tier: string): GithubModel {
  const facts = OPENAI_MODELS.find((model) => model.id === id);
  if (facts === undefined) throw new Error(`no model ${id}`);
  return { id: `openai/${id}`, name, publisher: "OpenAI", facts, tier, tools: true };
}

interface Window {
  contextWindow: number;
  maxOutputTokens?: number;
}

function other(id: string, name: string, window: Window, tools: boolean): GithubModel {
  const facts = { ...addedModel({ id, ...window }), images: false };
  return { id, name, publisher: publisherOf(id), facts, tier: tools ? "high" : "low", tools };
}

function publisherOf(id: string): string {
  return id.split("/")[0] ?? id;
}
