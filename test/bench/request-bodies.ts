/** Requests in Claude Code's shape: attribution block, system blocks with cache markers, 24 tools, a session of tool calls. */

export const BODY_SIZES = { "1 KB": 1024, "100 KB": 100 * 1024, "1 MB": 1024 * 1024 } as const;
export type BodySize = keyof typeof BODY_SIZES;

/** Which of the upstream's answers a request wants (upstream.ts). */
export type AnswerKind = "50" | "500" | "paced" | "idle" | "whole";

export function createBody(options: { bytes: number; model: string; answer: AnswerKind }): Buffer {
  const small = options.bytes <= 4096;
  const body = {
    model: options.model,
    max_tokens: 32_000,
    stream: options.answer !== "whole",
    system: small
      ? `Answer as bench:${options.answer}.`
      : [
          { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.329; cc_entrypoint=cli;" },
          {
            type: "text",
            text: `Answer as bench:${options.answer}. ${prose(6000)}`,
            cache_control: { type: "ephemeral" },
          },
        ],
    ...(small ? {} : { tools: Array.from({ length: 24 }, (_, index) => createTool(index)) }),
    messages: [{ role: "user", content: "Look at the sources and tell what they do." }] as unknown[],
    metadata: { user_id: JSON.stringify({ device_id: "bench", account_uuid: "", session_id: "bench-session" }) },
  };
  const size = (): number => Buffer.byteLength(JSON.stringify(body));
  if (small) {
    body.messages = [{ role: "user", content: prose(Math.max(10, options.bytes - size())) }];
    return Buffer.from(JSON.stringify(body));
  }
  // Turns of about 8 KB each: a call, its result with source text, a sentence.
  const left = options.bytes - size();
  const turns = Math.max(1, Math.round(left / 8192));
  for (let turn = 0; turn < turns; turn += 1)
    body.messages.push(...createTurn(turn, Math.max(200, Math.floor(left / turns) - 330)));
  return Buffer.from(JSON.stringify(body));
}

/** The same request in the dialect of chat completions, as a translator sends it on. */
export function createChatBody(options: { bytes: number; model: string; answer: AnswerKind }): Buffer {
  const { model, max_tokens, stream, system, tools, messages } = JSON.parse(createBody(options).toString()) as {
    model: string;
    max_tokens: number;
    stream: boolean;
    system: string | { text: string }[];
    tools?: { name: string; description: string; input_schema: object }[];
    messages: { role: string; content: string | Block[] }[];
  };
  const prompt = typeof system === "string" ? system : system.map(({ text }) => text).join("\n\n");
  const body = {
    model,
    messages: [{ role: "system", content: prompt }, ...messages.map(toChatMessage)],
    max_tokens,
    tools: tools?.map(({ name, description, input_schema: parameters }) => ({
      type: "function",
      function: { name, description, parameters },
    })),
    stream,
    stream_options: stream ? { include_usage: true } : undefined,
  };
  return Buffer.from(JSON.stringify(body));
}

type Block =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: object }
  | { type: "tool_result"; tool_use_id: string; content: string };

function toChatMessage({ role, content }: { role: string; content: string | Block[] }): object {
  if (typeof content === "string") return { role, content };
  const text = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  const calls = content.flatMap((block) => (block.type === "tool_use" ? [toCall(block)] : []));
  const result = content.find((block) => block.type === "tool_result");
  if (result !== undefined) return { role: "tool", tool_call_id: result.tool_use_id, content: result.content };
  return { role, content: text, tool_calls: calls };
}

function toCall({ id, name, input }: Extract<Block, { type: "tool_use" }>): object {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

function createTurn(turn: number, characters: number): unknown[] {
  const id = `toolu_${String(turn).padStart(24, "0")}`;
  return [
    {
      role: "assistant",
      content: [
        { type: "text", text: "I read the next file." },
        { type: "tool_use", id, name: "tool_3", input: { file_path: `/src/module-${turn}.ts`, offset: turn * 100 } },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: sourceText(characters) }] },
  ];
}

function createTool(index: number): unknown {
  return {
    name: `tool_${index}`,
    description: prose(600),
    input_schema: {
      type: "object",
      properties: {
        file_path: { type: "string", description: prose(80) },
        offset: { type: "integer", description: prose(60) },
      },
      required: ["file_path"],
      additionalProperties: false,
    },
  };
}

function prose(characters: number): string {
  return "The gateway relays what it gets and keeps what it must. "
    .repeat(Math.ceil(characters / 56))
    .slice(0, characters);
}

/** Source code: many quotes and line ends, which JSON escapes. The result is about so long once escaped. */
function sourceText(characters: number): string {
  const line = '  const value = read("settings", { strict: true }); // "why" stands here\n';
  return line.repeat(Math.ceil(characters / (line.length + 5)));
}
