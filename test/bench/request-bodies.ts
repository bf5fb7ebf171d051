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
