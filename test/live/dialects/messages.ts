import type { ScenarioBlock } from "@switchyard/simulators";
import type { LiveTarget, RawAnswer } from "../live-case.ts";
import { asArray, asNumber, asObject, asText } from "../read-json.ts";
import { alterText } from "./alter-text.ts";
import { assembleMessage, blocksOf } from "./assemble-message.ts";
import type { AnswerContent, Body, RawDialect, Wish } from "./raw-dialect.ts";

/** Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages, read 2026-11. */
export const MESSAGES_DIALECT: RawDialect = {
  name: "messages",
  body: createBody,
  withResults,
  read,
  labelEvent,
  withOrphanResult: (body) => ({
    ...body,
    messages: [
      ...asArray(body["messages"]),
      { role: "assistant", content: [{ type: "text", text: "One moment." }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_01NeverMade", content: "21 degrees" }] },
    ],
  }),
  withAlteredSignature,
  withMaxTokens: (body, maxTokens) => ({ ...body, max_tokens: maxTokens }),
};

function createBody(target: LiveTarget, wish: Wish): Body {
  return {
    model: target.model.id,
    max_tokens: wish.maxTokens,
    messages: [{ role: "user", content: createContent(wish) }],
    ...(wish.stream === true ? { stream: true } : {}),
    ...(wish.tools === undefined
      ? {}
      : { tools: wish.tools.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })) }),
    ...(wish.thinking === true ? { thinking: createThinking(target) } : {}),
  };
}

function createContent({ prompt, image }: Wish): unknown {
  if (image === undefined) return prompt;
  return [
    { type: "image", source: { type: "base64", media_type: "image/png", data: image } },
    { type: "text", text: prompt },
  ];
}

/** Adaptive where the model takes it, else the least budget: …/docs/en/build-with-claude/adaptive-thinking. */
export function createThinking({ claude }: Pick<LiveTarget, "claude">): Body {
  return claude?.thinking.includes("adaptive") === true
    ? { type: "adaptive" }
    : { type: "enabled", budget_tokens: 1024 };
}

function withResults(body: Body, answer: RawAnswer, results: readonly string[]): Body {
  const message = assembleMessage(answer);
  const calls = blocksOf(message, "tool_use");
  if (message === undefined || calls.length === 0) throw new Error("the answer holds no tool call");
  const content = calls.map((call, index) => ({
    type: "tool_result",
    tool_use_id: call["id"],
    content: results[index] ?? results.at(-1) ?? "",
  }));
  return {
    ...body,
    messages: [
      ...asArray(body["messages"]),
      { role: "assistant", content: message.content },
      { role: "user", content },
    ],
  };
}

function read(answer: RawAnswer): AnswerContent | undefined {
  const message = assembleMessage(answer);
  if (message === undefined) return undefined;
  const { usage } = message;
  const input = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
  const thinking = asObject(usage["output_tokens_details"])["thinking_tokens"];
  const { cost } = usage;
  return {
    blocks: message.content.flatMap(toScenarioBlock),
    calls: blocksOf(message, "tool_use").map(({ id, name }) => ({ id: asText(id), name: asText(name) })),
    stopReason: message.stopReason,
    usage: {
      input: input.reduce((sum, field) => sum + asNumber(usage[field]), 0),
      output: asNumber(usage["output_tokens"]),
      ...(typeof thinking === "number" ? { reasoning: thinking } : {}),
      ...(typeof cost === "number" ? { dollars: cost } : {}),
    },
  };
}

function toScenarioBlock(block: Readonly<Record<string, unknown>>): ScenarioBlock[] {
  switch (block["type"]) {
    case "text":
      return [{ type: "text", text: asText(block["text"]) }];
    case "thinking":
      return [{ type: "reasoning", text: asText(block["thinking"]) }];
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", redacted: true }];
    case "tool_use":
      return [{ type: "tool_call", name: asText(block["name"]), input: block["input"] }];
    default:
      return [];
  }
}

function labelEvent(value: unknown): string | undefined {
  const event = asObject(value);
  const type = asText(event["type"]);
  if (type === "ping") return undefined;
  const part = asText(asObject(event["content_block"])["type"]) || asText(asObject(event["delta"])["type"]);
  return part === "" ? type || "(no type)" : `${type}(${part})`;
}

function withAlteredSignature(body: Body): Body | undefined {
  let altered = false;
  const messages = asArray(body["messages"]).map((message) => {
    const { content, ...rest } = asObject(message);
    if (!Array.isArray(content)) return message;
    return {
      ...rest,
      content: content.map((block) => {
        const { signature, ...fields } = asObject(block);
        if (fields["type"] !== "thinking" || typeof signature !== "string" || signature === "") return block as unknown;
        altered = true;
        return { ...fields, signature: alterText(signature) };
      }),
    };
  });
  return altered ? { ...body, messages } : undefined;
}
