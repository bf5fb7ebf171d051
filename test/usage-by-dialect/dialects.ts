import type { ConformanceSetup } from "@switchyard/provider-kit/conformance";
import { createSecret } from "@switchyard/provider-kit/testing";
import { createAnthropicProvider } from "@switchyard/service-anthropic";
import { createGithubModelsProvider } from "@switchyard/service-github-models";
import type { ProviderSettings } from "@switchyard/service-kit";
import { createOpenAiCompatibleProvider } from "@switchyard/service-openai-compatible";
import { createOpenRouterProvider } from "@switchyard/service-openrouter";
import { createVertexProvider } from "@switchyard/service-vertex";
import type { SimulatorKind } from "@switchyard/simulators";

import { readChatTotals, readMessagesTotals, readResponsesTotals, type Totals } from "./provider-totals.ts";

/** One way in which a provider tells what an answer used. */
export interface UsageDialect {
  name: string;
  kind: SimulatorKind & ProviderSettings["kind"];
  /** The upstream's id. */
  model: string;
  create: ConformanceSetup["createProvider"];
  settings?: Partial<ProviderSettings>;
  /** Which buckets it tells apart besides input and output. */
  tells: { read: boolean; write5m: boolean; write1h: boolean; reasoning: boolean; cost: boolean };
  /** Sums in the provider's own words, from the bytes that it sent. */
  totals: (raw: string) => Totals;
}

const CLAUDE = { read: true, write5m: true, write1h: true, reasoning: true, cost: false };
const OPENAI = { read: true, write5m: true, write1h: false, reasoning: true, cost: false };
const READS_ONLY = { read: true, write5m: false, write1h: false, reasoning: true, cost: false };

export const USAGE_DIALECTS: readonly UsageDialect[] = [
  {
    name: "Anthropic Messages",
    kind: "anthropic",
    model: "claude-opus-5-5",
    create: createAnthropicProvider,
    tells: CLAUDE,
    totals: readMessagesTotals,
  },
  {
    name: "Vertex rawPredict",
    kind: "vertex",
    model: "claude-sonnet-5-5",
    create: createVertexProvider,
    settings: {
      credential: {
        type: "google",
        project: "team-1",
        location: "europe-west1",
        accessToken: createSecret("ya29.secret"),
      },
    },
    tells: CLAUDE,
    totals: readMessagesTotals,
  },
  {
    name: "OpenRouter Messages",
    kind: "openrouter",
    model: "anthropic/claude-opus-5",
    create: createOpenRouterProvider,
    tells: { ...CLAUDE, cost: true },
    totals: readMessagesTotals,
  },
  {
    name: "OpenRouter chat completions",
    kind: "openrouter",
    model: "openai/gpt-6.1-sol",
    create: createOpenRouterProvider,
    tells: { ...OPENAI, cost: true },
    totals: readChatTotals,
  },
  {
    name: "OpenAI chat completions",
    kind: "openai",
    model: "gpt-6-luna",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "chat" },
    tells: OPENAI,
    totals: readChatTotals,
  },
  {
    name: "OpenAI Responses",
    kind: "openai",
    model: "gpt-6.1-sol",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "responses" },
    tells: OPENAI,
    totals: readResponsesTotals,
  },
  {
    name: "Azure chat completions",
    kind: "azure",
    model: "gpt-6-luna",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "chat" },
    tells: OPENAI,
    totals: readChatTotals,
  },
  {
    name: "Azure Responses",
    kind: "azure",
    model: "gpt-6-sol",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "responses" },
    tells: OPENAI,
    totals: readResponsesTotals,
  },
  {
    name: "Gemini",
    kind: "gemini",
    model: "gemini-3.1-pro-preview",
    create: createOpenAiCompatibleProvider,
    tells: READS_ONLY,
    totals: readChatTotals,
  },
  {
    name: "DeepSeek chat completions",
    kind: "deepseek",
    model: "deepseek-v4-pro",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "chat" },
    tells: READS_ONLY,
    totals: readChatTotals,
  },
  {
    name: "DeepSeek Messages",
    kind: "deepseek",
    model: "deepseek-v4-pro",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "messages" },
    tells: { ...READS_ONLY, reasoning: false },
    totals: readMessagesTotals,
  },
  {
    name: "GitHub Models",
    kind: "github-models",
    model: "openai/gpt-4.1",
    create: createGithubModelsProvider,
    tells: READS_ONLY,
    totals: readChatTotals,
  },
  {
    name: "Ollama chat completions",
    kind: "ollama",
    model: "gpt-oss:20b",
    create: createOpenAiCompatibleProvider,
    settings: { dialect: "chat" },
    tells: { read: false, write5m: false, write1h: false, reasoning: false, cost: false },
    totals: readChatTotals,
  },
  {
    name: "Ollama Messages",
    kind: "ollama",
    model: "qwen3-coder:30b",
    create: createOpenAiCompatibleProvider,
    tells: { read: false, write5m: false, write1h: false, reasoning: false, cost: false },
    totals: readMessagesTotals,
  },
];
