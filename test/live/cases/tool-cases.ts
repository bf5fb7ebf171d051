import { assembleMessage, blocksOf } from "../dialects/assemble-message.ts";
import type { WishedTool } from "../dialects/raw-dialect.ts";
import { CaseSkipped, isSuccess, type LiveCase, type RawAnswer } from "../live-case.ts";
import { asObject, asText } from "../read-json.ts";
import { checkMessage } from "./check-message.ts";
import { outputRoom } from "./output-room.ts";

export const WEATHER_TOOL: WishedTool = {
  name: "get_weather",
  description: "Tells the weather in one city right now. Call it once per city.",
  schema: {
    type: "object",
    properties: { city: { type: "string", description: "Name of the city" } },
    required: ["city"],
  },
};

/** The tool in the words of the Messages API. */
export const WEATHER_TOOL_DEFINITION = {
  name: WEATHER_TOOL.name,
  description: WEATHER_TOOL.description,
  input_schema: WEATHER_TOOL.schema,
};

export const RESULTS = ["Sunny, 21 degrees", "Rain, 8 degrees"];

/** One call and parallel calls, each with its results handed back. */
export const TOOL_CASES: readonly LiveCase[] = [
  createToolCase({
    name: "tool",
    title: "calls a tool and takes its result",
    prompt: "What is the weather in Paris? Use get_weather.",
    stream: false,
    calls: 1,
  }),
  createToolCase({
    name: "parallel-tools",
    title: "streams two tool calls at once and takes both results",
    prompt:
      "What is the weather in Paris and in Oslo? Call get_weather for both cities at once, before you say anything.",
    stream: true,
    calls: 2,
  }),
];

interface ToolCasePlan {
  name: string;
  title: string;
  prompt: string;
  stream: boolean;
  /** How many calls the prompt asks for. */
  calls: number;
}

function createToolCase({ name, title, prompt, stream, calls }: ToolCasePlan): LiveCase {
  return {
    name,
    title,
    reasonToSkip: ({ model }) => (model.capabilities.tools ? undefined : "the model takes no tools"),
    cost: (target) => ({ requests: 4, outputTokens: outputRoom(target) }),
    async raw(upstream, target) {
      const { dialect } = target;
      const maxTokens = outputRoom(target);
      const body = dialect.body(target, { prompt, maxTokens, stream, tools: [WEATHER_TOOL] });
      const answer = await upstream.generate(body);
      const made = dialect.read(answer)?.calls.length ?? 0;
      if (isSuccess(answer) && made >= 1) await upstream.generate(dialect.withResults(body, answer, RESULTS, target));
    },
    async conform(service, target) {
      const body = {
        model: target.model.id,
        max_tokens: outputRoom(target),
        messages: [{ role: "user", content: prompt }],
        tools: [WEATHER_TOOL_DEFINITION],
        stream,
      };
      const answer = await service.messages(body);
      const problems = checkCalls(answer, calls);
      if (problems.length > 0) return problems;
      return checkMessage(await service.messages(withToolResults(body, answer)));
    },
  };
}

/** Throws CaseSkipped where the model made another choice than the prompt asks for. */
function checkCalls(answer: RawAnswer, wanted: number): string[] {
  const problems = checkMessage(answer);
  const message = assembleMessage(answer);
  const made = blocksOf(message, "tool_use");
  if (problems.length > 0) return problems;
  if (made.length < wanted) throw new CaseSkipped(`the model made ${made.length} calls where ${wanted} were asked for`);
  return [
    ...(message?.stopReason === "tool_use" ? [] : [`the stop reason is ${message?.stopReason ?? "missing"}`]),
    ...made
      .filter(({ name, input }) => name !== WEATHER_TOOL.name || asText(asObject(input)["city"]) === "")
      .map(({ name, input }) => `a call is ${asText(name)}(${JSON.stringify(input)})`),
  ];
}

/** The request that hands back the results, in the words of the Messages API, the answer's content unchanged. */
export function withToolResults<Body extends { messages: readonly object[] }>(body: Body, answer: RawAnswer): Body {
  const message = assembleMessage(answer);
  const results = blocksOf(message, "tool_use").map(({ id }, index) => ({
    type: "tool_result",
    tool_use_id: id,
    content: RESULTS[index] ?? RESULTS[0],
  }));
  return {
    ...body,
    messages: [
      ...body.messages,
      { role: "assistant", content: message?.content ?? [] },
      { role: "user", content: results },
    ],
  };
}
