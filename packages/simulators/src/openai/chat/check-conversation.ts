import { checkImageUrl } from "../check-images.ts";
import { checkLength, checkToolName } from "../check-tools.ts";
import { badRequest, firstProblem, problemIn, type RequestProblem } from "../problem.ts";
import { nameOfCall, partsOf, type ChatMessage } from "./chat-request.ts";

/** Length of a call's id: github.com/camel-ai/camel/issues/2215, seen 2026-11. */
const MAX_CALL_ID_LENGTH = 40;

/** OpenAI on the messages of a chat completions request: calls and answers in pairs, names, ids, images. */
export function checkConversation(messages: readonly ChatMessage[]): RequestProblem | undefined {
  return firstProblem([
    () => problemIn(messages, (message, index) => checkMessage(message, index)),
    () => checkToolPairs(messages),
  ]);
}

function checkMessage(message: ChatMessage, index: number): RequestProblem | undefined {
  return firstProblem([
    () => checkContentPresent(message, index),
    () => checkImages(message, index),
    () => checkCalls(message, index),
  ]);
}

/** "Invalid value for 'content': expected a string, got null.": github.com/microsoft/graphrag/issues/1421. */
function checkContentPresent(message: ChatMessage, index: number): RequestProblem | undefined {
  if (message.role !== "assistant" || (message.content ?? null) !== null) return undefined;
  const hasOther = ["tool_calls", "function_call", "refusal", "audio"].some(
    (field) => (message[field] ?? null) !== null,
  );
  if (hasOther) return undefined;
  return badRequest("Invalid value for 'content': expected a string, got null.", `messages.[${index}].content`);
}

/** Images belong to the user: github.com/openai/openai-node/issues/1030, seen 2026-11. */
function checkImages(message: ChatMessage, index: number): RequestProblem | undefined {
  return problemIn(partsOf(message), (part, at) => {
    if (part.image_url === undefined) return undefined;
    if (message.role !== "user") {
      return badRequest(
        `Invalid 'messages[${index}]'. Image URLs are only allowed for messages with role 'user', but this message with role '${message.role}' contains an image URL.`,
        `messages[${index}]`,
        "invalid_value",
      );
    }
    const place = `messages[${index}].content[${at}].image_url.url`;
    return checkImageUrl(part.image_url.url, place, `Invalid image URL: '${place}'`);
  });
}

function checkCalls(message: ChatMessage, index: number): RequestProblem | undefined {
  return problemIn(message.tool_calls ?? [], (call, at) => {
    const place = `messages[${index}].tool_calls[${at}]`;
    return firstProblem([
      () => checkLength(call.id, `${place}.id`, MAX_CALL_ID_LENGTH),
      () => checkToolName(nameOfCall(call), `${place}.${call.type}.name`),
    ]);
  });
}

/**
 * Every call is answered right after it, every answer has its call.
 * Source of both wordings: github.com/sdcb/chats/pull/132, seen 2026-11.
 */
function checkToolPairs(messages: readonly ChatMessage[]): RequestProblem | undefined {
  let open: string[] = [];
  let answered = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      const id = message.tool_call_id ?? "";
      if (!open.includes(id) && !answered.has(id)) return orphanedAnswer(index);
      open = open.filter((other) => other !== id);
      answered.add(id);
      continue;
    }
    if (open.length > 0) return unansweredCalls(open, index);
    answered = new Set();
    open = (message.tool_calls ?? []).map((call) => call.id);
  }
  return open.length > 0 ? unansweredCalls(open, messages.length) : undefined;
}

function orphanedAnswer(index: number): RequestProblem {
  return badRequest(
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    `messages.[${index}].role`,
  );
}

function unansweredCalls(ids: readonly string[], index: number): RequestProblem {
  return badRequest(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids.join(", ")}`,
    `messages.[${index}].role`,
  );
}
