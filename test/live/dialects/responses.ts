import type { ScenarioBlock } from "@switchyard/simulators";
import type { LiveTarget, RawAnswer } from "../live-case.ts";
import { asArray, asNumber, asObject, asText, parseJson } from "../read-json.ts";
import { alterText } from "./alter-text.ts";
import type { AnswerContent, Body, RawDialect, Wish } from "./raw-dialect.ts";

/** OpenAI's Responses: https://developers.openai.com/api/reference/responses, read 2026-11. */
export const RESPONSES_DIALECT: RawDialect = {
  name: "responses",
  body: createBody,
  withResults,
  read,
  labelEvent,
  withOrphanResult: (body) => ({
    ...body,
    input: [
      ...asArray(body["input"]),
      { type: "function_call_output", call_id: "call_NeverMade", output: "21 degrees" },
    ],
  }),
  withAlteredSignature,
  withMaxTokens: (body, maxTokens) => ({ ...body, max_output_tokens: maxTokens }),
};

function createBody({ model, profile }: LiveTarget, wish: Wish): Body {
  const effort = profile.efforts.find((one) => one !== "none" && one !== "minimal") ?? "low";
  return {
    model: model.id,
    max_output_tokens: wish.maxTokens,
    input: [{ role: "user", content: createContent(wish) }],
    store: false,
    ...(wish.stream === true ? { stream: true } : {}),
    ...(wish.tools === undefined
      ? {}
      : {
          tools: wish.tools.map(({ schema, ...tool }) => ({
            type: "function",
            ...tool,
            parameters: schema,
            strict: false,
          })),
        }),
    ...(wish.thinking === true ? { reasoning: { effort, summary: "auto" } } : {}),
    // Nothing is stored, so reasoning has to come along to be given back; other models refuse to be asked for it.
    ...(model.capabilities.thinking ? { include: ["reasoning.encrypted_content"] } : {}),
  };
}

function createContent({ prompt, image }: Wish): unknown {
  return [
    { type: "input_text", text: prompt },
    ...(image === undefined ? [] : [{ type: "input_image", image_url: `data:image/png;base64,${image}` }]),
  ];
}

/** The response itself; of a stream, as its last event tells it. */
function findResponse(answer: RawAnswer): Readonly<Record<string, unknown>> | undefined {
  const response =
    answer.events === undefined
      ? asObject(parseJson(answer.text))
      : asObject(
          answer.events
            .map((data) => asObject(parseJson(data)))
            .findLast(({ type }) => type === "response.completed" || type === "response.incomplete")?.["response"],
        );
  return Array.isArray(response["output"]) ? response : undefined;
}

function itemsOf(response: Readonly<Record<string, unknown>> | undefined, type?: string) {
  const items = asArray(response?.["output"]).map(asObject);
  return type === undefined ? items : items.filter((item) => item["type"] === type);
}

function withResults(body: Body, answer: RawAnswer, results: readonly string[]): Body {
  const response = findResponse(answer);
  const calls = itemsOf(response, "function_call");
  if (calls.length === 0) throw new Error("the answer holds no tool call");
  return {
    ...body,
    input: [
      ...asArray(body["input"]),
      ...itemsOf(response),
      ...calls.map((call, index) => ({
        type: "function_call_output",
        call_id: call["call_id"],
        output: results[index] ?? results.at(-1) ?? "",
      })),
    ],
  };
}

function read(answer: RawAnswer): AnswerContent | undefined {
  const response = findResponse(answer);
  if (response === undefined) return undefined;
  const usage = asObject(response["usage"]);
  const reasoning = asObject(usage["output_tokens_details"])["reasoning_tokens"];
  const calls = itemsOf(response, "function_call").map((call) => ({
    id: asText(call["call_id"]),
    name: asText(call["name"]),
  }));
  return {
    blocks: itemsOf(response).flatMap(toBlocks),
    calls,
    stopReason: response["status"] === "incomplete" ? "max_tokens" : calls.length > 0 ? "tool_use" : "end_turn",
    usage: {
      input: asNumber(usage["input_tokens"]),
      output: asNumber(usage["output_tokens"]),
      ...(typeof reasoning === "number" ? { reasoning } : {}),
    },
  };
}

function toBlocks(item: Readonly<Record<string, unknown>>): ScenarioBlock[] {
  switch (item["type"]) {
    case "message":
      return [
        {
          type: "text",
          text: asArray(item["content"])
            .map((part) => asText(asObject(part)["text"]))
            .join(""),
        },
      ];
    case "reasoning":
      return [
        {
          type: "reasoning",
          text: asArray(item["summary"])
            .map((part) => asText(asObject(part)["text"]))
            .join("\n"),
        },
      ];
    case "function_call":
      return [
        {
          type: "tool_call",
          name: asText(item["name"]),
          input: parseJson(asText(item["arguments"]) || "{}") ?? {},
        },
      ];
    default:
      return [];
  }
}

/** "response.output_item.added(function_call)": the type, with what it is about where it says so. */
function labelEvent(value: unknown): string | undefined {
  const event = asObject(value);
  const type = asText(event["type"]);
  if (type === "keepalive") return undefined;
  const part = asText(asObject(event["item"])["type"]) || asText(asObject(event["part"])["type"]);
  return part === "" ? type || "(no type)" : `${type}(${part})`;
}

function withAlteredSignature(body: Body): Body | undefined {
  let altered = false;
  const input = asArray(body["input"]).map((item) => {
    const { encrypted_content: content, ...rest } = asObject(item);
    if (rest["type"] !== "reasoning" || typeof content !== "string" || content === "") return item;
    altered = true;
    return { ...rest, encrypted_content: alterText(content) };
  });
  return altered ? { ...body, input } : undefined;
}
