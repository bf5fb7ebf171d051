import type { DialectFactory } from "../engine/dialect.ts";
import { createAnthropic } from "./kinds/anthropic.ts";
import { createDeepSeekMessages } from "./kinds/deepseek.ts";
import { createOllamaMessages } from "./kinds/ollama.ts";
import { createOpenRouterMessages } from "./kinds/openrouter.ts";
import { createVertex } from "./kinds/vertex.ts";

/** The Messages-shaped endpoints of each kind of simulator. */
export const MESSAGES_KINDS: Readonly<Record<string, DialectFactory>> = {
  anthropic: createAnthropic,
  vertex: createVertex,
  openrouter: createOpenRouterMessages,
  deepseek: createDeepSeekMessages,
  ollama: createOllamaMessages,
};
