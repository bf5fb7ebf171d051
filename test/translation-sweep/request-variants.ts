import type { ModelInfo } from "@switchyard/wire";

export type RequestFields = Record<string, unknown>;

/** Part of a request that is put together with others. */
export interface Facet {
  name: string;
  fields: RequestFields;
  /** False where it has no meaning for the model. Default: always. */
  fits?: (model: ModelInfo) => boolean;
}

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } };
const NOTES = {
  type: "document",
  title: "notes.txt",
  source: { type: "text", media_type: "text/plain", data: "Buy milk." },
};

function tool(name: string, more: RequestFields = {}): RequestFields {
  const input_schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      file_path: { type: "string" },
      mode: { const: "fast" },
      lines: { type: ["integer", "null"], exclusiveMinimum: 0 },
      edits: { type: "array", items: { $ref: "#/$defs/edit" } },
    },
    required: ["file_path"],
    additionalProperties: false,
    $defs: { edit: { type: "object", properties: { text: { type: "string" } }, additionalProperties: false } },
  };
  return { name, description: `The tool ${name}. `.repeat(200), input_schema, ...more };
}

export const TOOLS = [
  tool("Read"),
  tool("mcp__a-server-with-quite-a-long-name__and-a-tool-with-a-name-that-is-longer-still"),
  tool("CronList", { defer_loading: true }),
];

/** What a client may ask of thinking. */
export const THINKING: readonly Facet[] = [
  { name: "thinking unmentioned", fields: {} },
  { name: "thinking off", fields: { thinking: { type: "disabled" } } },
  { name: "adaptive thinking", fields: { thinking: { type: "adaptive" } } },
  { name: "a thinking budget", fields: { thinking: { type: "enabled", budget_tokens: 4096 } } },
];

const EFFORTS: readonly Facet[] = ["low", "medium", "high", "xhigh", "max"].map((effort) => ({
  name: `effort ${effort}`,
  fields: { output_config: { effort } },
}));

const call = (id: string, name = "Read") => ({ type: "tool_use", id, name, input: { file_path: "a.ts" } });
const result = (id: string, content: unknown = "ok", more: RequestFields = {}) => ({
  type: "tool_result",
  tool_use_id: id,
  content,
  ...more,
});
const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const text = (words: string) => ({ type: "text", text: words });

const CLAUDES_THINKING = [
  { type: "thinking", thinking: "Claude's own.", signature: "EqQBCgIYAhIkZm9yZWlnbg==" },
  { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" },
];

const FIRST_STEP = [user(text("go")), assistant(...CLAUDES_THINKING, call("toolu_01a"), call("toolu_01b"))];
const IN_FOREIGN_LOOP = [
  ...FIRST_STEP,
  user(result("toolu_01a"), result("toolu_01b", "no such file", { is_error: true }), text("a reminder")),
  assistant(text("Once more."), call("toolu_02.with:odd/characters")),
  user(result("toolu_02.with:odd/characters")),
];
const AFTER_FOREIGN_LOOP = [...IN_FOREIGN_LOOP, assistant(text("Done.")), user(text("thanks, and now?"))];
const INTERRUPTED = [
  ...FIRST_STEP,
  user(result("toolu_01a"), text("[interrupted]")),
  assistant(text("")),
  user(text("go on")),
];

/** What a conversation may look like, and what else may be asked of its answer. */
const SHAPES: readonly Facet[] = [
  { name: "a plain question", fields: {} },
  { name: "a stream", fields: { stream: true } },
  { name: "tools", fields: { tools: TOOLS } },
  { name: "any tool forced", fields: { tools: TOOLS, tool_choice: { type: "any" } } },
  { name: "one tool forced", fields: { tools: TOOLS, tool_choice: { type: "tool", name: "Read" } } },
  { name: "tools forbidden", fields: { tools: TOOLS, tool_choice: { type: "none" } } },
  {
    name: "one call at a time",
    fields: { tools: TOOLS, tool_choice: { type: "auto", disable_parallel_tool_use: true } },
  },
  { name: "a loop that another model began", fields: { tools: TOOLS, messages: IN_FOREIGN_LOOP } },
  { name: "a loop of another model in the past", fields: { tools: TOOLS, messages: AFTER_FOREIGN_LOOP, stream: true } },
  { name: "an interrupted loop", fields: { tools: TOOLS, messages: INTERRUPTED } },
  { name: "a past loop and no tools any more", fields: { messages: AFTER_FOREIGN_LOOP } },
  {
    name: "system messages",
    fields: {
      system: [
        { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.329;" },
        { type: "text", text: "You are Claude Code.", cache_control: { type: "ephemeral" } },
      ],
      messages: [user(text("hi")), { role: "system", content: "Working directory: /repo" }],
    },
  },
  {
    name: "a found tool",
    fields: {
      tools: [...TOOLS, tool("ToolSearch")],
      messages: [
        user(text("go")),
        assistant(call("toolu_09", "ToolSearch")),
        user(result("toolu_09", [{ type: "tool_reference", tool_name: "CronList" }])),
      ],
    },
  },
  {
    name: "images",
    fields: {
      tools: TOOLS,
      messages: [user(text("look"), IMAGE), assistant(call("toolu_01")), user(result("toolu_01", [IMAGE]))],
    },
    fits: ({ capabilities }) => capabilities.images,
  },
  { name: "a document of text", fields: { messages: [user(NOTES, text("sum up"))] } },
  { name: "stop sequences", fields: { stop_sequences: ["a", "b", "c", "d", "e", "f"] } },
  { name: "sampling", fields: { temperature: 0.3, top_p: 0.9, top_k: 20 } },
  {
    name: "an answer by schema",
    fields: {
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: { title: { type: "string" } },
            required: ["title"],
            additionalProperties: false,
          },
        },
      },
    },
  },
  { name: "more output than there is", fields: { max_tokens: 2_000_000, metadata: { user_id: "user_1" } } },
  { name: "hardly any output", fields: { max_tokens: 1 } },
];

/** A request that says hello, unless its facets say otherwise. */
function createRequest(facets: readonly Facet[]): RequestFields {
  const request: RequestFields = { model: "claude-opus-5-5", max_tokens: 16_000, messages: [user(text("hello"))] };
  for (const { fields } of facets) {
    const { output_config: config, ...others } = fields;
    Object.assign(request, others);
    if (config !== undefined)
      request["output_config"] = { ...(request["output_config"] as object), ...(config as object) };
  }
  return request;
}

/** Every shape with every wish for thinking; every effort with and without tools. */
export function listVariants(model: ModelInfo): { name: string; request: RequestFields }[] {
  const withTools = SHAPES.filter(({ name }) => ["a plain question", "tools"].includes(name));
  return [...combine(SHAPES, THINKING), ...combine(withTools, THINKING, EFFORTS)]
    .filter((facets) => facets.every(({ fits }) => fits?.(model) ?? true))
    .map((facets) => ({ name: facets.map(({ name }) => name).join(", "), request: createRequest(facets) }));
}

function combine(...lists: (readonly Facet[])[]): Facet[][] {
  return lists.reduce<Facet[][]>((sets, list) => sets.flatMap((set) => list.map((facet) => [...set, facet])), [[]]);
}
