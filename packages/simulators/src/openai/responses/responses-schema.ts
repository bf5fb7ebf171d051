import { z } from "zod";

const JSON_OBJECT = z.record(z.string(), z.unknown());

const FUNCTION_TOOL = z.strictObject({
  type: z.literal("function"),
  name: z.string(),
  description: z.string().nullish(),
  // The description demands both, null allowed: leaving `strict` out would switch strict mode on.
  parameters: JSON_OBJECT.nullable(),
  strict: z.boolean().nullable(),
  output_schema: JSON_OBJECT.nullish(),
  defer_loading: z.boolean().optional(),
});
const CUSTOM_TOOL = z.strictObject({
  type: z.literal("custom"),
  name: z.string(),
  description: z.string().optional(),
  format: JSON_OBJECT.optional(),
  defer_loading: z.boolean().optional(),
});
const WEB_SEARCH_TOOL = z.strictObject({
  type: z.literal("web_search"),
  external_web_access: z.boolean().optional(),
  filters: z.strictObject({ allowed_domains: z.array(z.string()).nullish() }).nullish(),
  user_location: JSON_OBJECT.nullish(),
  search_context_size: z.enum(["low", "medium", "high"]).optional(),
});

const TEXT = z.strictObject({
  format: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({ type: z.literal("json_object") }),
      z.strictObject({
        type: z.literal("json_schema"),
        name: z
          .string()
          .regex(/^[a-zA-Z0-9_-]+$/)
          .max(64),
        schema: JSON_OBJECT,
        description: z.string().optional(),
        strict: z.boolean().nullish(),
      }),
    ])
    .optional(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
});

const REASONING = z.strictObject({
  effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  summary: z.enum(["auto", "concise", "detailed"]).nullish(),
  generate_summary: z.enum(["auto", "concise", "detailed"]).nullish(),
  mode: z.string().optional(),
  context: z.enum(["auto", "current_turn", "all_turns"]).nullish(),
});

const TOOL_CHOICE = z.union([
  z.enum(["none", "auto", "required"]),
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("function"), name: z.string() }),
    z.strictObject({ type: z.literal("custom"), name: z.string() }),
    z.strictObject({ type: z.literal("web_search_preview") }),
    z.strictObject({
      type: z.literal("allowed_tools"),
      mode: z.enum(["auto", "required"]),
      tools: z.array(JSON_OBJECT),
    }),
  ]),
]);

/**
 * OpenAI's Responses request, after CreateResponse of the published API description (github.com/openai/openai-openapi,
 * version 2.3.0, seen 2026-11): nothing passes here that fails there. Items of `input` are looked at one by one.
 */
export const RESPONSES_SCHEMA = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.unknown())]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().optional() }).nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  include: z
    .array(
      z.enum([
        "file_search_call.results",
        "web_search_call.results",
        "web_search_call.action.sources",
        "message.input_image.image_url",
        "computer_call_output.output.image_url",
        "code_interpreter_call.outputs",
        "reasoning.encrypted_content",
        "message.output_text.logprobs",
      ]),
    )
    .nullish(),
  previous_response_id: z.string().nullish(),
  reasoning: REASONING.nullish(),
  text: TEXT.optional(),
  tools: z
    .array(z.discriminatedUnion("type", [FUNCTION_TOOL, CUSTOM_TOOL, WEB_SEARCH_TOOL]))
    .max(128)
    .optional(),
  tool_choice: TOOL_CHOICE.optional(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  max_tool_calls: z.int().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).optional(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  user: z.string().optional(),
  safety_identifier: z.string().max(64).nullish(),
  prompt_cache_key: z.string().max(64).nullish(),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  prompt_cache_options: z
    .strictObject({ ttl: z.literal("30m").optional(), mode: z.enum(["implicit", "explicit"]).optional() })
    .optional(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
