import type { BodyEdit } from "@switchyard/wire";

import type { MessageChanges } from "./message-changes.ts";

const OPEN = '{"type":"text","text":"<system-reminder>"}';
const CLOSE = '{"type":"text","text":"</system-reminder>"}';

/**
 * For an endpoint that knows no messages of role system: each becomes a user message that says what it is,
 * in its place. What only such messages may carry besides their content (effort, time to live) goes.
 */
export function convertSystemMessages(changes: MessageChanges): boolean {
  let converted = false;
  for (const [index, message] of changes.messages.entries()) {
    const { content } = message;
    if (content === undefined || changes.role(index) !== "system") continue;
    converted = true;
    if (isOver(changes, index)) {
      changes.removeMessage(index);
      continue;
    }
    const isText = changes.scan.kind(content) === "string";
    const isEmpty = !isText && changes.blocks(index).length === 0;
    const first = isText ? `[${OPEN},{"type":"text","text":` : `[${OPEN}${isEmpty ? "" : ","}`;
    const last = isText ? `},${CLOSE}]` : `,${CLOSE}]`;
    // Brackets of a list are replaced, a string stays as it is between them.
    const inside = isText ? content : { start: content.start + 1, end: content.end - 1 };
    changes.rewriteMessage(index, (inner: BodyEdit[]) => [
      { start: message.start, end: inside.start, replacement: `{"role":"user","content":${first}` },
      ...inner,
      { start: inside.end, end: message.end, replacement: `${last}}` },
    ]);
  }
  return converted;
}

/** One that was meant until the next user message, which has come. */
function isOver(changes: MessageChanges, index: number): boolean {
  const message = changes.messages[index];
  if (changes.scan.readString(changes.scan.member(message, "clear_at")) !== "next_user_message") return false;
  return changes.messages.some((_message, later) => later > index && changes.role(later) === "user");
}
