import { z } from "zod";
import { CACHE_CONTROL } from "./block-schemas.ts";

/** Tools of a request, written from the types of @anthropic-ai/sdk 1.11 (BetaToolUnion), 2026-11. */
const CUSTOM_TOOL = z.strictObject({
  type: z.literal("custom").nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  cache_control: CACHE_CONTROL,
  defer_loading: z.boolean().optional(),
  strict: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
  allowed_callers: z.array(z.string()).optional(),
});

/** Tools that the API knows by their type: executed by it, or by the client by Anthropic's schema. */
const KNOWN_TOOL_TYPES: readonly string[] = [
  "advisor_20260301",
  "bash_20241022",
  "bash_20250124",
  "browser_toolset_20260801",
  "code_execution_20250522",
  "code_execution_20250825",
  "code_execution_20260120",
  "code_execution_20260521",
  "computer_20241022",
  "computer_20250124",
  "computer_20251124",
  "computer_toolset_20260801",
  "custom",
  "mcp_toolset",
  "memory_20250818",
  "text_editor_20241022",
  "text_editor_20250124",
  "text_editor_20250429",
  "text_editor_20250728",
  "tool_search_tool_bm25_20251119",
  "tool_search_tool_regex_20251119",
  "web_fetch_20250910",
  "web_fetch_20260209",
  "web_fetch_20260309",
  "web_fetch_20260318",
  "web_search_20250305",
  "web_search_20260209",
  "web_search_20260318",
];

const SERVER_TOOL = z.looseObject({
  type: z.enum(KNOWN_TOOL_TYPES as [string, ...string[]], {
    error: (issue) =>
      `Input tag '${String(issue.input)}' found using 'type' does not match any of the expected tags: ` +
      KNOWN_TOOL_TYPES.map((type) => `'${type}'`).join(", "),
  }),
  name: z.string().optional(),
  cache_control: CACHE_CONTROL,
  defer_loading: z.boolean().optional(),
});

export type CustomTool = z.infer<typeof CUSTOM_TOOL>;
export type ServerTool = z.infer<typeof SERVER_TOOL>;
export type RequestTool = CustomTool | ServerTool;

/** A tool without a type, or of type custom, is the client's own. */
export const TOOL = z.unknown().transform((value, context): RequestTool => {
  const schema = isCustomShape(value) ? CUSTOM_TOOL : SERVER_TOOL;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) context.addIssue({ ...issue, input: issue.input } as never);
  return z.NEVER;
});

function isCustomShape(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const type = (value as { type?: unknown }).type;
  return type === undefined || type === null || type === "custom";
}

export function isCustomTool(tool: RequestTool): tool is CustomTool {
  return tool.type === undefined || tool.type === null || tool.type === "custom";
}
