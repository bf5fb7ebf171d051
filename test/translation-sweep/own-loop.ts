import { type MarkedThinking, translateAnswer } from "@switchyard/translation";
import type { ModelInfo, ToolUseBlock } from "@switchyard/wire";

import type { Subject } from "./create-subject.ts";
import { TOOLS, type RequestFields } from "./request-variants.ts";
import { sendConverted, type Outcome } from "./send-converted.ts";

const STEPS = 2;

/**
 * A tool loop of the model's own, each step answered and sent back with its results, and one more question after
 * it. Its upstream names the calls of every step alike. Returns the first outcome that is no acceptance, or the last.
 */
export async function runOwnLoop(subject: Subject, model: ModelInfo, thinking: RequestFields): Promise<Outcome> {
  const { simulator, provider } = subject;
  const kept = new Map<string, MarkedThinking>();
  const messages: unknown[] = [{ role: "user", content: "go" }];
  const send = () => {
    const request = { model: model.canonical, max_tokens: 16_000, ...thinking, tools: TOOLS, messages: [...messages] };
    return sendConverted(subject, model, request, { recallThinking: (id) => kept.get(id) });
  };
  for (let step = 0; step < STEPS; step++) {
    simulator.script({ blocks: [...blocksOf(model)] });
    const outcome = await send();
    if (outcome.how !== "accepted") return outcome;
    const { message, sidecar } = translateAnswer(JSON.parse(outcome.answer), outcome.answerContext);
    const { issuer } = outcome.answerContext.target;
    for (const [id, payload] of Object.entries(sidecar)) kept.set(id, { issuer, payload });
    const calls = message.content.filter((block): block is ToolUseBlock => block.type === "tool_use");
    if (calls.length !== 2) throw new Error(`${provider.name} answered ${calls.length} calls instead of 2`);
    messages.push(
      { role: "assistant", content: message.content },
      { role: "user", content: calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "ok" })) },
    );
  }
  const outcome = await send();
  if (outcome.how !== "accepted") return outcome;
  messages.push({ role: "assistant", content: "Done." }, { role: "user", content: "and now?" });
  return send();
}

function blocksOf({ capabilities }: ModelInfo) {
  const calls = [
    { type: "tool_call", name: "Read", input: { file_path: "a" }, id: "call_0" },
    { type: "tool_call", name: "Read", input: { file_path: "b" }, id: "call_1" },
  ] as const;
  return capabilities.thinking ? [{ type: "reasoning", text: "Let me see." } as const, ...calls] : calls;
}
