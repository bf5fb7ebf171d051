import type { LiveCase } from "../live-case.ts";
import { checkRefusal, messageOf } from "./check-message.ts";

const PROMPT = "Reply with the single word: pong";

/** A credential of ours that is refused: never the client's fault, and never with its status. */
export const WRONG_KEY_CASE: LiveCase = {
  name: "wrong-key",
  title: "meets a wrong key",
  wrongKey: true,
  // Nobody pays for what is refused at the door.
  cost: () => ({ requests: 0, outputTokens: 0 }),
  async raw(upstream, target) {
    await upstream.generate(target.dialect.body(target, { prompt: PROMPT, maxTokens: 16 }));
  },
  async conform(service, { model, credentialSetting = "" }) {
    const answer = await service.messages({
      model: model.id,
      max_tokens: 16,
      messages: [{ role: "user", content: PROMPT }],
    });
    const problems = checkRefusal(answer, 503, "api_error");
    return problems.length > 0 || messageOf(answer).includes(credentialSetting)
      ? problems
      : [`the refusal does not name ${credentialSetting}: ${messageOf(answer)}`];
  },
};
