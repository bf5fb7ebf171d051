import { z } from "zod";

const BREAKPOINT = z.strictObject({ mode: z.literal("explicit") });
const STATUS = z.enum(["in_progress", "completed", "incomplete"]).optional();
const ID = z.string();

const INPUT_TEXT = z.strictObject({
  type: z.literal("input_text"),
  text: z.string(),
  prompt_cache_breakpoint: BREAKPOINT.optional(),
});
const INPUT_IMAGE = z.strictObject({
  type: z.literal("input_image"),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(["low", "high", "auto", "original"]),
  prompt_cache_breakpoint: BREAKPOINT.optional(),
});
const INPUT_FILE = z.strictObject({
  type: z.literal("input_file"),
  file_id: z.string().nullish(),
  filename: z.string().optional(),
  file_data: z.string().optional(),
  file_url: z.string().optional(),
  detail: z.enum(["auto", "low", "high"]).optional(),
  prompt_cache_breakpoint: BREAKPOINT.optional(),
});
const OUTPUT_TEXT = z.strictObject({
  type: z.literal("output_text"),
  text: z.string(),
  annotations: z.array(z.record(z.string(), z.unknown())),
  logprobs: z.array(z.record(z.string(), z.unknown())),
});
const REFUSAL = z.strictObject({ type: z.literal("refusal"), refusal: z.string() });

const USER_CONTENT = z.union([
  z.string(),
  z.array(z.discriminatedUnion("type", [INPUT_TEXT, INPUT_IMAGE, INPUT_FILE])),
]);
/** Results of tools: the detail of a picture may be left out there. */
const RESULT_CONTENT = z.union([
  z.string(),
  z.array(
    z.discriminatedUnion("type", [
      INPUT_TEXT,
      INPUT_IMAGE.extend({ detail: z.enum(["low", "high", "auto", "original"]).nullish() }),
      INPUT_FILE.extend({ filename: z.string().nullish(), file_data: z.string().nullish() }),
    ]),
  ),
]);

const MESSAGE_TYPE = z.literal("message").optional();
const GIVEN = { type: MESSAGE_TYPE, content: USER_CONTENT, status: STATUS, id: ID.optional() } as const;
const PHASE = z.enum(["commentary", "final_answer"]).nullish();

const MESSAGE = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("user"), ...GIVEN }),
  z.strictObject({
    role: z.literal("assistant"),
    type: MESSAGE_TYPE,
    content: z.string(),
    status: STATUS,
    id: ID.optional(),
    phase: PHASE,
  }),
  z.strictObject({ role: z.literal("system"), ...GIVEN }),
  z.strictObject({ role: z.literal("developer"), ...GIVEN }),
]);
/** An assistant's message in parts is an output given back, with its id and status. */
const OUTPUT_MESSAGE = z.strictObject({
  role: z.literal("assistant"),
  type: z.literal("message"),
  content: z.array(z.discriminatedUnion("type", [OUTPUT_TEXT, REFUSAL])),
  status: z.enum(["in_progress", "completed", "incomplete"]),
  id: ID,
  phase: PHASE,
});

const CALL_ID = z.string().min(1).max(64);

const ITEMS = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function_call"),
    id: ID.optional(),
    call_id: CALL_ID,
    name: z.string(),
    arguments: z.string(),
    namespace: z.string().optional(),
    status: STATUS,
  }),
  z.strictObject({
    type: z.literal("function_call_output"),
    id: ID.nullish(),
    call_id: CALL_ID,
    output: RESULT_CONTENT,
    status: STATUS,
  }),
  z.strictObject({
    type: z.literal("custom_tool_call"),
    id: ID.optional(),
    call_id: CALL_ID,
    name: z.string(),
    input: z.string(),
  }),
  z.strictObject({
    type: z.literal("custom_tool_call_output"),
    id: ID.optional(),
    call_id: CALL_ID,
    output: RESULT_CONTENT,
  }),
  // A status is refused although the description lists it (github.com/1jehuang/jcode/issues/1028), and so is
  // content (github.com/querymt/querymt/issues/976), seen 2026-11.
  z.strictObject({
    type: z.literal("reasoning"),
    id: ID,
    summary: z.array(z.strictObject({ type: z.literal("summary_text"), text: z.string() })),
    content: z.array(z.unknown()).max(0).optional(),
    encrypted_content: z.string().nullish(),
  }),
  z.strictObject({ type: z.literal("item_reference"), id: ID }),
]);

/**
 * One item of a Responses request, after InputItem of OpenAI's API description (seen 2026-11). Items of tools that
 * OpenAI itself executes are not known here.
 */
export function schemaOfItem(item: unknown): z.ZodType {
  if (typeof item !== "object" || item === null) return MESSAGE;
  const { type, role, content } = item as { type?: unknown; role?: unknown; content?: unknown };
  if (type !== undefined && type !== "message") return ITEMS;
  return role === "assistant" && Array.isArray(content) ? OUTPUT_MESSAGE : MESSAGE;
}
