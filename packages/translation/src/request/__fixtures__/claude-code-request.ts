import type { MessageParam, MessagesRequest, ToolDefinition } from "@switchyard/wire";

/** A request in the shape in which Claude Code sends one in the middle of a session. */

const SCHEMA = "https://json-schema.org/draft/2020-12/schema";

function tool(name: string, description: string, properties: Record<string, unknown>, required: string[]): ToolDefinition {
  return {
    name,
    description,
    input_schema: { $schema: SCHEMA, type: "object", properties, required, additionalProperties: false },
  };
}

const TOOLS: ToolDefinition[] = [
  tool(
    "Bash",
    "Runs a shell command.",
    {
      command: { type: "string", description: "The command" },
      timeout: { type: "number", description: "Milliseconds", maximum: 600_000 },
      run_in_background: { type: "boolean", default: false },
    },
    ["command"],
  ),
  tool("Read", "Reads a file.", { file_path: { type: "string" }, limit: { type: "integer", exclusiveMinimum: 0 } }, ["file_path"]),
  tool("Write", "Writes a file.", { file_path: { type: "string" }, content: { type: "string" } }, ["file_path", "content"]),
  tool(
    "Edit",
    "Replaces text in a file.",
    {
      file_path: { type: "string" },
      old_string: { type: "string" },
      new_string: { type: "string" },
      replace_all: { type: "boolean", default: false },
    },
    ["file_path", "old_string", "new_string"],
  ),
  tool("Glob", "Finds files by pattern.", { pattern: { type: "string" }, path: { type: "string" } }, ["pattern"]),
  tool(
    "Grep",
    "Searches file contents.",
    {
      pattern: { type: "string" },
      output_mode: { type: "string", enum: ["content", "files_with_matches", "count"] },
      "-n": { type: "boolean" },
      head_limit: { type: ["integer", "null"] },
    },
    ["pattern"],
  ),
  tool(
    "AskUserQuestion",
    "Asks the user.",
    {
      questions: {
        type: "array",
        minItems: 1,
        maxItems: 4,
        items: {
          type: "object",
          properties: {
            question: { type: "string" },
            options: {
              type: "array",
              items: { type: "object", properties: { label: { type: "string" } }, required: ["label"], additionalProperties: false },
            },
          },
          required: ["question", "options"],
          additionalProperties: false,
        },
      },
      answers: { type: "object", propertyNames: { type: "string" }, additionalProperties: { type: "string" } },
    },
    ["questions"],
  ),
  tool("Task", "Starts a sub-agent.", { prompt: { type: "string" }, subagent_type: { const: "general-purpose", type: "string" } }, ["prompt"]),
  tool("TodoWrite", "Keeps a list.", { todos: { type: "array", items: { $ref: "#/$defs/todo" } } }, ["todos"]),
  tool("Skill", "Runs a skill.", { skill: { type: "string" }, args: { anyOf: [{ type: "string" }, { type: "null" }] } }, ["skill"]),
  tool("mcp__github__create_pull_request_review_comment_with_suggested_changes", "Comments.", { body: { type: "string" } }, ["body"]),
  tool(
    "ToolSearch",
    "Fetches full schema definitions for deferred tools. Result: matched tools in a <functions> block.",
    { query: { type: "string" }, max_results: { type: "number", default: 5 } },
    ["query"],
  ),
  { ...tool("DeferredToolPlaceholder", "Never call this tool.", {}, []), defer_loading: true },
  { ...tool("CronList", "Lists scheduled jobs.", {}, []), defer_loading: true },
  { ...tool("WebFetch", "Fetches a page.", { url: { type: "string", format: "uri" } }, ["url"]), defer_loading: true },
];
const todo = TOOLS.find(({ name }) => name === "TodoWrite");
if (todo?.input_schema !== undefined)
  todo.input_schema["$defs"] = {
    todo: {
      type: "object",
      properties: { content: { type: "string", minLength: 1 }, status: { enum: ["pending", "in_progress", "completed"] } },
      required: ["content", "status"],
    },
  };

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const MESSAGES: MessageParam[] = [
  { role: "user", content: [{ type: "text", text: "<system-reminder>\nToday is a working day.\n</system-reminder>" }, { type: "text", text: "list my cron jobs, then look at logo.png" }] },
  {
    role: "system",
    content: [{ type: "text", text: "# Environment\nWorking directory: /repo\n# Deferred tools\nCronList, WebFetch", cache_control: { type: "ephemeral" } }],
  },
  {
    role: "assistant",
    content: [
      { type: "thinking", thinking: "I need the tool first.", signature: "EqQBCgIYAhIkClaude" },
      { type: "text", text: "I'll look for the tool." },
      { type: "tool_use", id: "toolu_01SearchSearchSearch", name: "ToolSearch", input: { query: "select:CronList" } },
    ],
  },
  {
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "toolu_01SearchSearchSearch", content: [{ type: "tool_reference", tool_name: "CronList" }] },
      { type: "text", text: "Tool loaded." },
    ],
  },
  {
    role: "assistant",
    content: [
      { type: "tool_use", id: "toolu_02CronCronCronCron", name: "CronList", input: {} },
      { type: "tool_use", id: "functions.Read:1", name: "Read", input: { file_path: "/repo/logo.png" } },
    ],
  },
  {
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "toolu_02CronCronCronCron", content: "cron daemon not running", is_error: true },
      { type: "tool_result", tool_use_id: "functions.Read:1", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } }] },
      { type: "text", text: "<system-reminder>\nKeep it short.\n</system-reminder>", cache_control: { type: "ephemeral" } },
    ],
  },
];

/** Built anew on each call. */
export function claudeCodeRequest(overrides: Partial<MessagesRequest> = {}): MessagesRequest {
  return {
    model: "claude-opus-5-5",
    max_tokens: 128_000,
    stream: true,
    system: [
      { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.329; cc_entrypoint=sdk-cli;" },
      { type: "text", text: "You are Claude Code.", cache_control: { type: "ephemeral", ttl: "1h" } },
      { type: "text", text: "Be concise.", cache_control: { type: "ephemeral", ttl: "1h" } },
    ],
    messages: structuredClone(MESSAGES),
    tools: structuredClone(TOOLS),
    thinking: { type: "adaptive", display: "omitted" },
    output_config: { effort: "medium" },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    metadata: {
      user_id: JSON.stringify({ device_id: "d3v1ce", account_uuid: "acc0unt", session_id: "5f2e8c1e-6f0a-4a39-9c52-1f6a4f7f1d11" }),
    },
    ...overrides,
  };
}
