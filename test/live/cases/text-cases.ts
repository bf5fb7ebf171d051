import { assembleMessage, textOfMessage } from "../dialects/assemble-message.ts";
import type { LiveCase } from "../live-case.ts";
import { checkMessage } from "./check-message.ts";
import { outputRoom } from "./output-room.ts";

const PROMPT = "Reply with the single word: pong";

/** An answer in text, whole and streamed. */
export const TEXT_CASES: readonly LiveCase[] = [createTextCase(false), createTextCase(true)];

function createTextCase(stream: boolean): LiveCase {
  return {
    name: stream ? "stream" : "text",
    title: stream ? "streams a short text" : "answers in a short text",
    cost: (target) => ({ requests: 2, outputTokens: outputRoom(target) }),
    async raw(upstream, target) {
      await upstream.generate(target.dialect.body(target, { prompt: PROMPT, maxTokens: outputRoom(target), stream }));
    },
    async conform(service, target) {
      const answer = await service.messages({
        model: target.model.id,
        max_tokens: outputRoom(target),
        messages: [{ role: "user", content: PROMPT }],
        stream,
      });
      const problems = checkMessage(answer);
      if (stream && answer.status === 200 && answer.events === undefined) problems.push("the answer is no stream");
      const text = textOfMessage(assembleMessage(answer));
      return problems.length > 0 || /pong/i.test(text) ? problems : [`the text is ${JSON.stringify(text)}`];
    },
  };
}
