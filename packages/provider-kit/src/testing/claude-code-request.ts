/** What Claude Code 2.1.329 sends as `anthropic-beta`. */
export const CLAUDE_CODE_BETAS = [
  "claude-code-20250219",
  "interleaved-thinking-2025-05-14",
  "context-management-2025-06-27",
  "per-turn-control-2026-07-01",
  "mid-conversation-tool-changes-2026-07-01",
  "thinking-token-count-2026-05-13",
  "advanced-tool-use-2025-11-20",
  "effort-2025-11-24",
].join(",");

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function createTool(name: string, properties: Record<string, unknown> = {}): Record<string, unknown> {
  const input_schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties,
    additionalProperties: false,
  };
  return { name, description: `The tool ${name}.`, input_schema };
}

/**
 * A request in the shape in which Claude Code sends one in the middle of a session: attribution block,
 * a system message inside the conversation, deferred tools of which one was found, parallel calls, an image.
 */
export function createClaudeCodeRequest(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return createSession(true, overrides);
}

/** The same for a model that takes no images. */
export function createTextOnlyRequest(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return createSession(false, overrides);
}

function createSession(withImage: boolean, overrides: Record<string, unknown>): Record<string, unknown> {
  return {
    model: "claude-opus-5-5",
    max_tokens: 32_000,
    stream: true,
    thinking: { type: "adaptive", display: "omitted" },
    output_config: { effort: "medium" },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    metadata: { user_id: JSON.stringify({ device_id: "d", account_uuid: "", session_id: "s" }) },
    system: [
      { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.329; cc_entrypoint=sdk-cli;" },
      { type: "text", text: "You are Claude Code.", cache_control: { type: "ephemeral" } },
    ],
    tools: [
      createTool("Bash", { command: { type: "string" } }),
      createTool("Read", { file_path: { type: "string" } }),
      createTool("ToolSearch", { query: { type: "string" } }),
      { ...createTool("CronList"), defer_loading: true },
      { ...createTool("DeferredToolPlaceholder"), defer_loading: true },
    ],
    messages: createMessages(withImage),
    ...overrides,
  };
}

function createMessages(withImage: boolean): Record<string, unknown>[] {
  const [search, cron, read] = ["toolu_01Search", "toolu_02Cron", "toolu_03Read"];
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } };
  return [
    { role: "user", content: [{ type: "text", text: "list my cron jobs, then look at logo.png" }] },
    { role: "system", content: "# Environment\nWorking directory: /repo\n# Deferred tools\nCronList" },
    {
      role: "assistant",
      content: [{ type: "tool_use", id: search, name: "ToolSearch", input: { query: "select:CronList" } }],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: search, content: [{ type: "tool_reference", tool_name: "CronList" }] },
        { type: "text", text: "Tool loaded." },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "text", text: "Both at once." },
        { type: "tool_use", id: cron, name: "CronList", input: {} },
        { type: "tool_use", id: read, name: "Read", input: { file_path: "/repo/logo.png" } },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: cron, content: "no daemon", is_error: true },
        { type: "tool_result", tool_use_id: read, content: withImage ? [image] : "a logo" },
        { type: "text", text: "Go on.", cache_control: { type: "ephemeral" } },
      ],
    },
  ];
}
