import { z } from "zod";
import { CACHE_CONTROL, CONTENT, SYSTEM, SYSTEM_MESSAGE_CONTENT, tagged } from "./block-schemas.ts";
import { TOOL } from "./tool-schemas.ts";

/** The body of a message request, written from the types of @anthropic-ai/sdk 1.11 (MessageCreateParams), 2026-11. */
const EFFORT = z.enum(["low", "medium", "high", "xhigh", "max"]).nullish();

const SYSTEM_MESSAGE = z.strictObject({
  role: z.literal("system"),
  content: SYSTEM_MESSAGE_CONTENT.optional(),
  clear_at: z.enum(["next_user_message", "never"]).nullish(),
  output_config: z.strictObject({ effort: EFFORT }).nullish(),
});

const TURN = z.strictObject({ role: z.enum(["user", "assistant"]), content: CONTENT });

/** Which of the two shapes a message has is told by its role alone. */
const MESSAGE = z.unknown().transform((value, context): z.infer<typeof TURN> | z.infer<typeof SYSTEM_MESSAGE> => {
  const isSystem = typeof value === "object" && value !== null && (value as { role?: unknown }).role === "system";
  const result = isSystem ? SYSTEM_MESSAGE.safeParse(value) : TURN.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) context.addIssue({ ...issue, input: issue.input } as never);
  return z.NEVER;
});

const DISPLAY = z.enum(["summarized", "omitted", "updates"]).nullish();
const BLOCK_BINDING = z.looseObject({}).nullish();

const THINKING = tagged([
  z.strictObject({
    type: z.literal("enabled"),
    budget_tokens: z.int().min(1024),
    display: DISPLAY,
    block_binding: BLOCK_BINDING,
  }),
  z.strictObject({ type: z.literal("adaptive"), display: DISPLAY, block_binding: BLOCK_BINDING }),
  z.strictObject({ type: z.literal("between_tools") }),
  z.strictObject({ type: z.literal("disabled") }),
]);

const PARALLEL = { disable_parallel_tool_use: z.boolean().optional() };

const TOOL_CHOICE = tagged([
  z.strictObject({ type: z.literal("auto"), ...PARALLEL }),
  z.strictObject({ type: z.literal("any"), ...PARALLEL }),
  z.strictObject({ type: z.literal("tool"), name: z.string(), ...PARALLEL }),
  z.strictObject({ type: z.literal("none") }),
]);

const OUTPUT_CONFIG = z.strictObject({
  effort: EFFORT,
  format: z.looseObject({ type: z.literal("json_schema") }).nullish(),
  task_budget: z.looseObject({ type: z.literal("tokens") }).nullish(),
});

const CONTEXT_MANAGEMENT = z.strictObject({
  edits: z
    .array(
      tagged([
        z.looseObject({ type: z.literal("clear_tool_uses_20250919") }),
        z.looseObject({ type: z.literal("clear_thinking_20251015") }),
        z.looseObject({ type: z.literal("compact_20260112") }),
      ]),
    )
    .optional(),
});

const OPAQUE = z.unknown().optional();

const PROMPT_FIELDS = {
  model: z.string().min(1),
  messages: z.array(MESSAGE),
  system: SYSTEM.optional(),
  tools: z.array(TOOL).optional(),
  tool_choice: TOOL_CHOICE.optional(),
  thinking: THINKING.optional(),
  output_config: OUTPUT_CONFIG.nullish(),
  cache_control: CACHE_CONTROL,
  context_management: CONTEXT_MANAGEMENT.nullish(),
  mcp_servers: OPAQUE,
  output_format: OPAQUE,
  compaction: OPAQUE,
  speed: z.enum(["standard", "fast"]).nullish(),
} as const;

export const MESSAGES_REQUEST = z.strictObject({
  ...PROMPT_FIELDS,
  max_tokens: z.int().min(0),
  stream: z.boolean().optional(),
  metadata: z.strictObject({ user_id: z.string().max(512).nullish() }).nullish(),
  stop_sequences: z.array(z.string()).optional(),
  service_tier: z.enum(["auto", "standard_only"]).nullish(),
  temperature: z.number().min(0, "range: 0..1").max(1, "range: 0..1").nullish(),
  top_p: z.number().min(0, "range: 0..1").max(1, "range: 0..1").nullish(),
  top_k: z.int().min(0).nullish(),
  container: OPAQUE,
  diagnostics: OPAQUE,
  inference_geo: z.string().nullish(),
  billing_policy: OPAQUE,
  fallback_credit_token: OPAQUE,
  fallbacks: OPAQUE,
  thread: OPAQUE,
});

export const COUNT_TOKENS_REQUEST = z.strictObject({ ...PROMPT_FIELDS });

export type CheckedRequest = z.infer<typeof MESSAGES_REQUEST>;
export type CheckedMessage = CheckedRequest["messages"][number];
export type CheckedBlock = NonNullable<CheckedMessage["content"]>[number];
