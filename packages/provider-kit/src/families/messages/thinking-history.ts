import { type ThinkingIssuer, decodeThinkingSignature, isMarkedSignature, isSameIssuer } from "@switchyard/translation";
import { THINKING_MARK } from "@switchyard/wire";

import { type BlockSpan, type MessageChanges, memberOf } from "./message-changes.ts";

/**
 * Leaves out of the conversation what the target did not issue. An upstream can only take back its own
 * thinking: Claude what bears no mark, any other what bears its own. "nobody" takes none.
 *
 * @returns true when a message lost thinking
 */
export function filterThinking(changes: MessageChanges, issuer: ThinkingIssuer | "claude" | "nobody"): boolean {
  if (issuer === "claude" && !changes.scan.text.includes(THINKING_MARK)) return false;
  let lost = false;
  for (const index of changes.messages.keys()) {
    if (!changes.mentions(index, issuer === "claude" ? THINKING_MARK : "thinking")) continue;
    if (changes.role(index) !== "assistant") continue;
    for (const [at, block] of changes.blocks(index).entries()) {
      if (!isThinking(block)) continue;
      const verdict = judge(changes, block, issuer);
      if (verdict === "keep") continue;
      if (verdict === "remove") {
        changes.removeBlock(index, at);
        lost = true;
      } else changes.edit(index, { ...verdict.span, replacement: JSON.stringify(verdict.signature) });
    }
  }
  return lost;
}

function isThinking(block: BlockSpan): boolean {
  return block.type === "thinking" || block.type === "redacted_thinking";
}

type Verdict = "keep" | "remove" | { span: { start: number; end: number }; signature: string };

function judge({ scan }: MessageChanges, block: BlockSpan, issuer: ThinkingIssuer | "claude" | "nobody"): Verdict {
  if (issuer === "nobody") return "remove";
  const span = memberOf(block, block.type === "thinking" ? "signature" : "data");
  const signature = scan.readString(span) ?? "";
  if (issuer === "claude") return isMarkedSignature(signature) ? "remove" : "keep";
  const marked = decodeThinkingSignature(signature);
  if (span === undefined || marked === undefined || !isSameIssuer(marked.issuer, issuer)) return "remove";
  return marked.payload.kind === "messages" ? { span, signature: marked.payload.signature } : "remove";
}

/**
 * True when the request goes on with a tool loop in which the target will miss thinking: it lost the
 * thinking of its last step, or never had any. A target that demands thinking there refuses such a loop
 * ("Expected `thinking` or `redacted_thinking`, but found `tool_use`").
 */
export function isToolLoopWithoutThinking(changes: MessageChanges): boolean {
  const loop = openToolLoop(changes);
  if (loop.length === 0) return false;
  const last = loop[0];
  const lostInLast = last !== undefined && lostLeadingThinking(changes, last);
  return lostInLast || !loop.some((index) => startsWithThinking(changes, index));
}

/** Indices of the assistant's messages of the tool loop that the request continues, the last first. */
function openToolLoop(changes: MessageChanges): number[] {
  const loop: number[] = [];
  let sawResult = false;
  for (let index = changes.messages.length - 1; index >= 0; index -= 1) {
    const role = changes.role(index);
    if (role === "system") continue;
    if (role === "assistant") {
      if (!sawResult) return [];
      loop.push(index);
      continue;
    }
    if (!changes.blocks(index).some(({ type }) => type === "tool_result")) break;
    sawResult = true;
  }
  return loop;
}

function startsWithThinking(changes: MessageChanges, index: number): boolean {
  const first = changes.blocks(index).find((_block, at) => !changes.isRemoved(index, at));
  return first !== undefined && isThinking(first);
}

function lostLeadingThinking(changes: MessageChanges, index: number): boolean {
  const [first] = changes.blocks(index);
  return first !== undefined && isThinking(first) && !startsWithThinking(changes, index);
}
