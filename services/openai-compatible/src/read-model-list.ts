import { z } from "zod";

const TOKENS = z.number().positive().nullish().catch(undefined);

/**
 * An entry of GET /models as servers that imitate OpenAI's answer it. Each tells the window in its own
 * word: vLLM max_model_len, Groq context_window, Mistral max_context_length, llama.cpp meta.n_ctx.
 */
const ENTRY = z.object({
  id: z.string().min(1),
  max_model_len: TOKENS,
  context_window: TOKENS,
  context_length: TOKENS,
  max_context_length: TOKENS,
  max_completion_tokens: TOKENS,
  max_output_tokens: TOKENS,
  meta: z.object({ n_ctx: TOKENS }).nullish().catch(undefined),
});

export interface ListedUpstreamModel {
  id: string;
  /** Tokens; undefined: not said. */
  contextWindow: number | undefined;
  maxOutputTokens: number | undefined;
}

/** Models that do not answer in text; the list does not say, their names do. */
const NOT_FOR_TEXT = /embed|whisper|tts|dall-e|rerank|moderation|bge-|-ocr\b|guard/i;

/**
 * The models that an upstream lists. Entries that cannot be read are left out.
 *
 * @throws Error when nothing is left
 */
export function readModelList(json: unknown): readonly ListedUpstreamModel[] {
  const data = typeof json === "object" && json !== null ? (json as { data?: unknown }).data : undefined;
  const models = (Array.isArray(data) ? data : []).flatMap(readEntry);
  if (models.length === 0) throw new Error("it names no model that writes text");
  return models;
}

function readEntry(value: unknown): ListedUpstreamModel[] {
  const parsed = ENTRY.safeParse(value);
  if (!parsed.success || NOT_FOR_TEXT.test(parsed.data.id)) return [];
  const { id, max_model_len, context_window, context_length, max_context_length, meta } = parsed.data;
  const { max_completion_tokens, max_output_tokens } = parsed.data;
  return [
    {
      id,
      contextWindow:
        max_model_len ?? context_window ?? context_length ?? max_context_length ?? meta?.n_ctx ?? undefined,
      maxOutputTokens: max_completion_tokens ?? max_output_tokens ?? undefined,
    },
  ];
}
