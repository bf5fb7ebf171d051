import type { ChatMessage } from "../../chat/chat-request.ts";

/**
 * True when the answers of a turn with tool calls came back without their reasoning. A turn is what stands between two
 * user messages; all of its answers are meant, the last one too. Sources, seen 2026-11:
 * api-docs.deepseek.com/guides/thinking_mode, github.com/NousResearch/hermes-agent/pull/14941 (answers without calls),
 * github.com/NousResearch/hermes-agent/pull/18263 (an empty text is none).
 */
export function lacksReasoning(
  messages: readonly ChatMessage[],
  hasReasoning: (message: ChatMessage) => boolean,
): boolean {
  return splitIntoTurns(messages).some(
    (answers) =>
      answers.some((answer) => (answer.tool_calls ?? []).length > 0) &&
      !answers.every((answer) => hasReasoning(answer)),
  );
}

function splitIntoTurns(messages: readonly ChatMessage[]): ChatMessage[][] {
  const turns: ChatMessage[][] = [[]];
  for (const message of messages) {
    if (message.role === "user") turns.push([]);
    else if (message.role === "assistant") turns.at(-1)?.push(message);
  }
  return turns;
}
