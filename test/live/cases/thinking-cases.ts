import { assembleMessage, blocksOf } from "../dialects/assemble-message.ts";
import { createThinking } from "../dialects/messages.ts";
import { CaseSkipped, isSuccess, type LiveCase, type LiveTarget } from "../live-case.ts";
import { asText } from "../read-json.ts";
import { checkMessage } from "./check-message.ts";
import { THINKING_ROOM } from "./output-room.ts";
import { WEATHER_TOOL, WEATHER_TOOL_DEFINITION, RESULTS, withToolResults } from "./tool-cases.ts";

/** Asks for a thought first, and then for the one tool. */
export const THINKING_PROMPT =
  "Think step by step: of Paris, Oslo and Lagos, which city lies farthest from the equator? Then call get_weather for that city.";

/** Thinking goes round: out in the answer, back with the tool's result, signature and all. */
export const THINKING_CASES: readonly LiveCase[] = [createThinkingCase(false), createThinkingCase(true)];

export function cannotThink({ model, profile, dialect }: LiveTarget): string | undefined {
  if (!model.capabilities.thinking) return "the model does not think";
  if (dialect.name === "chat" && profile.reasoningControl === "none") return "thinking cannot be asked for there";
  if (dialect.name === "chat" && profile.toolsExcludeEffort) return "tools and thinking exclude each other there";
  return undefined;
}

function createThinkingCase(stream: boolean): LiveCase {
  return {
    name: stream ? "thinking-stream" : "thinking",
    title: stream ? "streams thinking and takes it back" : "thinks, and takes its thinking back with its signature",
    reasonToSkip: cannotThink,
    cost: () => ({ requests: 4, outputTokens: THINKING_ROOM }),
    async raw(upstream, target) {
      const { dialect } = target;
      const wish = { prompt: THINKING_PROMPT, maxTokens: THINKING_ROOM, stream, tools: [WEATHER_TOOL], thinking: true };
      const body = dialect.body(target, wish);
      const answer = await upstream.generate(body);
      if (!isSuccess(answer) || (dialect.read(answer)?.calls.length ?? 0) === 0) return;
      await upstream.generate(dialect.withResults(body, answer, RESULTS, target));
    },
    async conform(service, target) {
      const body = { ...createThinkingBody(target), stream };
      const answer = await service.messages(body);
      const problems = checkMessage(answer);
      if (problems.length > 0) return problems;
      const message = assembleMessage(answer);
      const thoughts = [...blocksOf(message, "thinking"), ...blocksOf(message, "redacted_thinking")];
      if (thoughts.length === 0) throw new CaseSkipped("the model chose not to think");
      const unsigned = blocksOf(message, "thinking").filter(({ signature }) => asText(signature) === "");
      if (unsigned.length > 0) return ["a thinking block has no signature"];
      if (blocksOf(message, "tool_use").length === 0) throw new CaseSkipped("the model called no tool");
      return checkMessage(await service.messages(withToolResults(body, answer)));
    },
  };
}

/** The request in the words of the Messages API. */
export function createThinkingBody(target: LiveTarget) {
  return {
    model: target.model.id,
    max_tokens: THINKING_ROOM,
    messages: [{ role: "user", content: THINKING_PROMPT }],
    tools: [WEATHER_TOOL_DEFINITION],
    thinking: createThinking(target),
  };
}
