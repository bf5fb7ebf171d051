import type { DialectFactory } from "../engine/dialect.ts";
import { createAzure } from "./providers/azure/azure.ts";
import { createDeepSeek } from "./providers/deepseek/deepseek.ts";
import { createGemini } from "./providers/gemini/gemini.ts";
import { createVertexGemini } from "./providers/gemini/vertex-gemini.ts";
import { createGithubModels } from "./providers/github-models/github-models.ts";
import { createOllama } from "./providers/ollama/ollama.ts";
import { createOpenAi } from "./providers/openai/openai.ts";
import { createOpenRouter } from "./providers/openrouter/openrouter.ts";

export { createGeminiChat, type GeminiChatOptions } from "./providers/gemini/gemini-chat.ts";

/** The OpenAI-shaped endpoints of each kind of simulator. */
export const OPENAI_KINDS: Readonly<Record<string, DialectFactory>> = {
  openai: createOpenAi,
  azure: createAzure,
  gemini: createGemini,
  vertex: createVertexGemini,
  "github-models": createGithubModels,
  openrouter: createOpenRouter,
  deepseek: createDeepSeek,
  ollama: createOllama,
};
