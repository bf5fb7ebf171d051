import { z } from "zod";

/** What a vendor adds to OpenAI's request, by place. */
export interface ChatSchemaExtension {
  /** Fields of the body. */
  body?: z.ZodRawShape;
  /** Fields of every message. */
  message?: z.ZodRawShape;
  /** Fields of assistant messages. */
  assistant?: z.ZodRawShape;
  toolCall?: z.ZodRawShape;
  /** Fields of text, image and file parts. */
  part?: z.ZodRawShape;
  tool?: z.ZodRawShape;
}

export interface ChatSchemaOptions {
  /** "refuse" as OpenAI does; "ignore" where the vendor reads only what it knows. */
  unknownFields: "refuse" | "ignore";
  extension?: ChatSchemaExtension;
  /** Fields of OpenAI's body that this vendor does not have. */
  without?: readonly string[];
}

const CACHE_BREAKPOINT = z.strictObject({ mode: z.literal("explicit") }).optional();
const NULLABLE_NUMBER = (least: number, most: number) => z.number().min(least).max(most).nullish();
const JSON_OBJECT = z.record(z.string(), z.unknown());

/**
 * OpenAI's chat completions request, written after CreateChatCompletionRequest of the published API description
 * (github.com/openai/openai-openapi, version 2.3.0, seen 2026-11): nothing passes here that fails there.
 */
export function createChatSchema(options: ChatSchemaOptions): z.ZodType {
  const object = options.unknownFields === "refuse" ? z.strictObject : z.looseObject;
  const extension = options.extension ?? {};
  const without = new Set(options.without);
  const shape = {
    ...createParameterShape(),
    messages: z.array(createMessageSchema(object, extension)).min(1),
    tools: z.array(createToolSchema(object, extension)).max(128).optional(),
    tool_choice: createToolChoiceSchema().optional(),
    ...extension.body,
  };
  return object(Object.fromEntries(Object.entries(shape).filter(([name]) => !without.has(name))));
}

type ObjectMaker = typeof z.strictObject | typeof z.looseObject;

function createMessageSchema(object: ObjectMaker, extension: ChatSchemaExtension): z.ZodType {
  const { message = {}, assistant = {} } = extension;
  const text = object({
    type: z.literal("text"),
    text: z.string(),
    prompt_cache_breakpoint: CACHE_BREAKPOINT,
    ...extension.part,
  });
  const refusal = object({ type: z.literal("refusal"), refusal: z.string() });
  const texts = z.union([z.string(), z.array(z.discriminatedUnion("type", [text])).min(1)]);
  // Images are refused outside user messages with words of their own, so the schema lets them through.
  const textsAndImages = z.union([z.string(), z.array(createPartSchema(object, extension, text)).min(1)]);
  const name = z.string().optional();
  return z.discriminatedUnion("role", [
    object({ role: z.literal("system"), content: texts, name, ...message }),
    object({
      role: z.literal("assistant"),
      ...createAssistantShape(object, extension, [text, refusal]),
      ...message,
      ...assistant,
    }),
    object({ role: z.literal("user"), content: textsAndImages, name, ...message }),
    object({ role: z.literal("function"), content: z.string().nullable(), name: z.string(), ...message }),
    object({ role: z.literal("tool"), content: textsAndImages, tool_call_id: z.string(), ...message }),
    object({ role: z.literal("developer"), content: texts, name, ...message }),
  ]);
}

function createAssistantShape(
  object: ObjectMaker,
  extension: ChatSchemaExtension,
  parts: readonly [z.ZodObject, z.ZodObject],
): z.ZodRawShape {
  const toolCall = z.discriminatedUnion("type", [
    object({
      id: z.string(),
      type: z.literal("function"),
      function: object({ name: z.string(), arguments: z.string() }),
      ...extension.toolCall,
    }),
    object({
      id: z.string(),
      type: z.literal("custom"),
      custom: object({ name: z.string(), input: z.string() }),
      ...extension.toolCall,
    }),
  ]);
  return {
    content: z.union([z.string(), z.array(z.discriminatedUnion("type", [...parts])).min(1)]).nullish(),
    refusal: z.string().nullish(),
    name: z.string().optional(),
    audio: object({ id: z.string() }).nullish(),
    // An empty list is refused by the API itself: github.com/home-assistant/core/pull/118577, seen 2026-11.
    tool_calls: z.array(toolCall).min(1).optional(),
    function_call: object({ name: z.string(), arguments: z.string() }).nullish(),
  };
}

function createPartSchema(object: ObjectMaker, extension: ChatSchemaExtension, text: z.ZodObject): z.ZodType {
  const common = { prompt_cache_breakpoint: CACHE_BREAKPOINT, ...extension.part };
  return z.discriminatedUnion("type", [
    text,
    object({
      type: z.literal("image_url"),
      image_url: object({ url: z.string(), detail: z.enum(["auto", "low", "high"]).optional() }),
      ...common,
    }),
    object({
      type: z.literal("input_audio"),
      input_audio: object({ data: z.string(), format: z.enum(["wav", "mp3"]) }),
      ...common,
    }),
    object({
      type: z.literal("file"),
      file: object({
        filename: z.string().optional(),
        file_data: z.string().optional(),
        file_id: z.string().optional(),
      }),
      ...common,
    }),
  ]);
}

function createToolSchema(object: ObjectMaker, extension: ChatSchemaExtension): z.ZodType {
  return z.discriminatedUnion("type", [
    object({
      type: z.literal("function"),
      function: object({
        name: z.string(),
        description: z.string().optional(),
        parameters: JSON_OBJECT.optional(),
        strict: z.boolean().nullish(),
      }),
      ...extension.tool,
    }),
    object({
      type: z.literal("custom"),
      custom: object({ name: z.string(), description: z.string().optional(), format: JSON_OBJECT.optional() }),
      ...extension.tool,
    }),
  ]);
}

function createToolChoiceSchema(): z.ZodType {
  return z.union([
    z.enum(["none", "auto", "required"]),
    z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
      z.strictObject({ type: z.literal("custom"), custom: z.strictObject({ name: z.string() }) }),
      z.strictObject({
        type: z.literal("allowed_tools"),
        allowed_tools: z.strictObject({ mode: z.enum(["auto", "required"]), tools: z.array(JSON_OBJECT) }),
      }),
    ]),
  ]);
}

function createParameterShape(): z.ZodRawShape {
  return {
    model: z.string(),
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
      .nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    max_tokens: z.int().min(1).nullish(),
    temperature: NULLABLE_NUMBER(0, 2),
    top_p: NULLABLE_NUMBER(0, 1),
    frequency_penalty: NULLABLE_NUMBER(-2, 2),
    presence_penalty: NULLABLE_NUMBER(-2, 2),
    n: z.int().min(1).max(128).nullish(),
    stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
    seed: z.int().nullish(),
    logit_bias: z.record(z.string(), z.int()).nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).optional(),
    parallel_tool_calls: z.boolean().optional(),
    reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
    verbosity: z.enum(["low", "medium", "high"]).nullish(),
    response_format: createResponseFormatSchema().optional(),
    ...createAccountingShape(),
  };
}

function createAccountingShape(): z.ZodRawShape {
  return {
    user: z.string().optional(),
    safety_identifier: z.string().max(64).nullish(),
    // The limit: github.com/theopenco/llmgateway/pull/3110, seen 2026-11.
    prompt_cache_key: z.string().max(64).nullish(),
    prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
    prompt_cache_options: z
      .strictObject({ ttl: z.literal("30m").optional(), mode: z.enum(["implicit", "explicit"]).optional() })
      .optional(),
    service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast"]).nullish(),
    store: z.boolean().nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    modalities: z.array(z.enum(["text", "audio"])).nullish(),
    web_search_options: z.looseObject({ search_context_size: z.enum(["low", "medium", "high"]).optional() }).optional(),
  };
}

function createResponseFormatSchema(): z.ZodType {
  return z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text") }),
    z.strictObject({ type: z.literal("json_object") }),
    z.strictObject({
      type: z.literal("json_schema"),
      json_schema: z.strictObject({
        name: z
          .string()
          .regex(/^[a-zA-Z0-9_-]+$/)
          .max(64),
        description: z.string().optional(),
        schema: JSON_OBJECT.optional(),
        strict: z.boolean().nullish(),
      }),
    }),
  ]);
}
