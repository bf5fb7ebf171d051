import type { ScenarioBlock } from "@switchyard/simulators";
import type { LiveTarget, RawAnswer } from "../live-case.ts";
import { asArray, asNumber, asObject, asText, parseJson } from "../read-json.ts";
import { assembleCompletion, type AssembledCompletion } from "./assemble-completion.ts";
import type { AnswerContent, Body, RawDialect, Wish } from "./raw-dialect.ts";

/** OpenAI's chat completions and its dialects: https://developers.openai.com/api/reference/chat, read 2026-11. */
export const CHAT_DIALECT: RawDialect = {
  name: "chat",
  body: createBody,
  withResults,
  read,
  labelEvent,
  withOrphanResult: (body) => ({
    ...body,
    messages: [...asArray(body["messages"]), { role: "tool", tool_call_id: "call_NeverMade", content: "21 degrees" }],
  }),
  // Where reasoning comes back here, upstreams read it, but its signature is no documented rejection.
  withAlteredSignature: () => undefined,
  withMaxTokens: (body, maxTokens) => ({
    ...body,
    ["max_completion_tokens" in body ? "max_completion_tokens" : "max_tokens"]: maxTokens,
  }),
};

function createBody({ model, profile }: LiveTarget, wish: Wish): Body {
  const { tools } = wish;
  return {
    model: model.id,
    [profile.outputTokensField]: wish.maxTokens,
    messages: [{ role: "user", content: createContent(wish) }],
    ...(wish.stream === true ? { stream: true } : {}),
    ...(wish.stream === true && profile.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ schema, ...tool }) => ({ type: "function", function: { ...tool, parameters: schema } })),
        }),
    ...createReasoning(profile, wish),
  };
}

function createContent({ prompt, image }: Wish): unknown {
  if (image === undefined) return prompt;
  return [
    { type: "text", text: prompt },
    { type: "image_url", image_url: { url: `data:image/png;base64,${image}` } },
  ];
}

function createReasoning(profile: LiveTarget["profile"], { thinking, tools }: Wish): Body {
  // Where tools and an effort exclude each other, tools need it said that there is none.
  if (thinking !== true) {
    return tools !== undefined && profile.toolsExcludeEffort && profile.efforts.includes("none")
      ? { reasoning_effort: "none" }
      : {};
  }
  const effort = profile.efforts.find((one) => one !== "none" && one !== "minimal") ?? "low";
  switch (profile.reasoningControl) {
    case "effort":
    case "gemini_effort":
      return { reasoning_effort: effort };
    case "openrouter":
      return { reasoning: { effort } };
    case "thinking_type":
      return { thinking: { type: "enabled" } };
    case "none":
      return {};
  }
}

function withResults(body: Body, answer: RawAnswer, results: readonly string[], { profile }: LiveTarget): Body {
  const completion = assembleCompletion(answer);
  if (completion === undefined || completion.toolCalls.length === 0) throw new Error("the answer holds no tool call");
  const { message, toolCalls } = completion;
  const history = profile.reasoningHistory;
  return {
    ...body,
    messages: [
      ...asArray(body["messages"]),
      {
        role: "assistant",
        content: message["content"] ?? null,
        tool_calls: toolCalls,
        ...(history === "reasoning_content" ? { reasoning_content: asText(message["reasoning_content"]) } : {}),
        ...(history === "reasoning_details" ? { reasoning_details: asArray(message["reasoning_details"]) } : {}),
      },
      ...toolCalls.map((call, index) => ({
        role: "tool",
        tool_call_id: call["id"],
        content: results[index] ?? results.at(-1) ?? "",
      })),
    ],
  };
}

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  function_call: "tool_use",
  content_filter: "refusal",
};

function read(answer: RawAnswer): AnswerContent | undefined {
  const completion = assembleCompletion(answer);
  if (completion === undefined) return undefined;
  const { usage, toolCalls, finishReason } = completion;
  const reasoning = asObject(usage["completion_tokens_details"])["reasoning_tokens"];
  const { cost } = usage;
  return {
    blocks: toBlocks(completion),
    calls: toolCalls.map((call) => ({ id: asText(call["id"]), name: asText(asObject(call["function"])["name"]) })),
    stopReason: STOP_REASONS[finishReason] ?? "end_turn",
    usage: {
      input: asNumber(usage["prompt_tokens"]),
      output: asNumber(usage["completion_tokens"]),
      ...(typeof reasoning === "number" ? { reasoning } : {}),
      ...(typeof cost === "number" ? { dollars: cost } : {}),
    },
  };
}

function toBlocks({ message, toolCalls }: AssembledCompletion): ScenarioBlock[] {
  const reasoning = asText(message["reasoning_content"]) || asText(message["reasoning"]);
  const text = asText(message["content"]);
  return [
    ...(reasoning === "" ? [] : [{ type: "reasoning" as const, text: reasoning }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...toolCalls.map((call) => {
      const { name, arguments: input } = asObject(call["function"]);
      return { type: "tool_call" as const, name: asText(name), input: parseJson(asText(input) || "{}") ?? {} };
    }),
  ];
}

/** A chunk has no type: what it carries tells it, e.g. "chunk(role+content)", "chunk(finish+usage)". */
function labelEvent(value: unknown): string {
  const chunk = asObject(value);
  if ("error" in chunk) return "error";
  const choice = asObject(asArray(chunk["choices"])[0]);
  const delta = asObject(choice["delta"]);
  const carried = Object.keys(delta).filter((field) => isFilled(delta[field]));
  const parts = [
    ...carried.toSorted(),
    ...(choice["finish_reason"] === null || choice["finish_reason"] === undefined ? [] : ["finish"]),
    ...(chunk["usage"] === null || chunk["usage"] === undefined ? [] : ["usage"]),
  ];
  return `chunk(${parts.join("+") || "empty"})`;
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
