import { assembleMessage, blocksOf } from "../dialects/assemble-message.ts";
import { MESSAGES_DIALECT } from "../dialects/messages.ts";
import type { Body } from "../dialects/raw-dialect.ts";
import { CaseSkipped, isSuccess, type LiveCase, type LiveTarget, type RawAnswer } from "../live-case.ts";
import { checkMessage, checkRefusal, messageOf } from "./check-message.ts";
import { outputRoom, THINKING_ROOM } from "./output-room.ts";
import { cannotThink, createThinkingBody, THINKING_PROMPT } from "./thinking-cases.ts";
import { RESULTS, WEATHER_TOOL, withToolResults } from "./tool-cases.ts";

const PROMPT = "Reply with the single word: pong";
/** More than any model writes. */
const TOO_MANY_TOKENS = 50_000_000;
const BAD_TOOL_NAME = "get weather/now!";

/** Requests that an upstream ought to refuse: how it words that is what clients and routing go by. */
export const REJECTION_CASES: readonly LiveCase[] = [
  createRejection({
    name: "unknown-field",
    title: "meets a field that the API does not know",
    spoil: (body) => ({ ...body, switchyard_unknown_field: true }),
    // The upstream itself, the service, and the service again without the field.
    requests: 3,
  }),
  createRejection({
    name: "orphan-tool-result",
    title: "meets a result for a tool call that was never made",
    spoil: (body, dialect) => dialect.withOrphanResult(body),
  }),
  createRejection({
    name: "too-many-tokens",
    title: "meets a max_tokens beyond every limit",
    spoil: (body, dialect) => dialect.withMaxTokens(body, TOO_MANY_TOKENS),
  }),
  createRejection({
    name: "bad-tool-name",
    title: "meets a tool name with characters that are not allowed",
    tool: { ...WEATHER_TOOL, name: BAD_TOOL_NAME },
  }),
  createAlteredSignatureCase(),
];

interface Rejection {
  name: string;
  title: string;
  tool?: typeof WEATHER_TOOL;
  requests?: number;
  spoil?: (body: Body, dialect: LiveTarget["dialect"]) => Body;
}

function createRejection({ name, title, tool, requests = 2, spoil = (body) => body }: Rejection): LiveCase {
  const createBody = (target: LiveTarget, dialect: LiveTarget["dialect"]): Body => {
    const wish = { prompt: PROMPT, maxTokens: outputRoom(target), ...(tool === undefined ? {} : { tools: [tool] }) };
    return spoil(dialect.body(target, wish), dialect);
  };
  return {
    name,
    title,
    // A refusal costs nothing; what is answered all the same is a short word.
    cost: (target) => ({ requests, outputTokens: outputRoom(target) }),
    async raw(upstream, target) {
      await upstream.generate(createBody(target, target.dialect));
    },
    async conform(service, target, [raw]) {
      return checkOutcome(await service.messages(createBody(target, MESSAGES_DIALECT)), target, raw);
    },
  };
}

/** A service repairs what it can and passes on what it cannot; in the upstream's own words where those are the API's. */
function checkOutcome(answer: RawAnswer, { dialect }: LiveTarget, raw: RawAnswer | undefined): string[] {
  if (isSuccess(answer)) return checkMessage(answer);
  const problems = checkRefusal(answer, 400, "invalid_request_error");
  if (problems.length > 0 || dialect.name !== "messages" || raw?.status !== 400) return problems;
  return messageOf(answer) === messageOf(raw)
    ? []
    : [`the upstream said ${JSON.stringify(messageOf(raw))}, the service ${JSON.stringify(messageOf(answer))}`];
}

function createAlteredSignatureCase(): LiveCase {
  return {
    name: "altered-signature",
    title: "meets thinking whose signature was altered",
    reasonToSkip: (target) =>
      cannotThink(target) ?? (target.dialect.name === "chat" ? "the dialect has no signature to alter" : undefined),
    // Twice each for the upstream itself and the service, which asks once more without the thinking that was refused.
    cost: () => ({ requests: 5, outputTokens: THINKING_ROOM }),
    async raw(upstream, target) {
      const { dialect } = target;
      const wish = { prompt: THINKING_PROMPT, maxTokens: THINKING_ROOM, tools: [WEATHER_TOOL], thinking: true };
      const body = dialect.body(target, wish);
      const answer = await upstream.generate(body);
      if (!isSuccess(answer) || (dialect.read(answer)?.calls.length ?? 0) === 0) return;
      const altered = dialect.withAlteredSignature(dialect.withResults(body, answer, RESULTS, target));
      if (altered !== undefined) await upstream.generate(altered);
    },
    async conform(service, target, raw) {
      const body = createThinkingBody(target);
      const answer = await service.messages(body);
      const problems = checkMessage(answer);
      if (problems.length > 0) return problems;
      if (blocksOf(assembleMessage(answer), "tool_use").length === 0) throw new CaseSkipped("the model called no tool");
      const altered = MESSAGES_DIALECT.withAlteredSignature(withToolResults(body, answer));
      if (altered === undefined) throw new CaseSkipped("the model chose not to think");
      return checkOutcome(await service.messages(altered), target, raw[1]);
    },
  };
}
