import type { ChatMessage, ChatToolCall } from "../../chat/chat-request.ts";
import { nameOfCall } from "../../chat/chat-request.ts";
import type { RequestProblem } from "../../problem.ts";
import { createSealedText, type SealedText } from "../../sealed-text.ts";
import { invalidArgument } from "./gemini-errors.ts";

/** Values that stand for a signature where none can be: ai.google.dev/gemini-api/docs/thought-signatures, seen 2026-11. */
const BYPASSES = new Set(["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"]);

/** Signatures of Google's models, whichever of its endpoints the simulator plays. */
export function createThoughtSignatures(secret: string): SealedText {
  return createSealedText({ secret, purpose: "google thought signature", prefix: "Ei" });
}

function isValidSignature(signature: string, sealed: SealedText): boolean {
  return BYPASSES.has(signature) || sealed.open(signature) !== undefined;
}

/** What stands in extra_content.google.thought_signature. */
function signatureOf(holder: Record<string, unknown>): string | undefined {
  const { google } = (holder["extra_content"] ?? {}) as { google?: { thought_signature?: unknown } };
  return typeof google?.thought_signature === "string" ? google.thought_signature : undefined;
}

/**
 * Foreign and altered signatures are refused wherever they stand; a missing one where the first call of a step of
 * the current turn is. Wordings, seen 2026-11: github.com/massgen/MassGen/issues/665,
 * github.com/TokenRhythm/opensquilla/issues/225.
 */
export function checkSignatures(
  messages: readonly ChatMessage[],
  sealed: SealedText,
  required: boolean,
): RequestProblem | undefined {
  const given = messages.flatMap((message) => [message, ...(message.tool_calls ?? [])]).map(signatureOf);
  if (given.some((signature) => signature !== undefined && !isValidSignature(signature, sealed))) {
    return invalidArgument("Corrupted thought signature.");
  }
  if (!required) return undefined;
  const unsigned = findUnsignedCall(messages, (call) => signatureOf(call) !== undefined);
  return unsigned === undefined ? undefined : missingSignature(unsigned.name, unsigned.position);
}

export function missingSignature(name: string, position: number): RequestProblem {
  return invalidArgument(
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  );
}

/** The first call of a step without a signature, in the turn that the last user message began. */
export function findUnsignedCall(
  messages: readonly ChatMessage[],
  isSigned: (call: ChatToolCall, message: ChatMessage) => boolean,
): { name: string; position: number } | undefined {
  const turn = messages.findLastIndex((message) => message.role === "user");
  for (const [index, message] of messages.entries()) {
    const first = message.tool_calls?.[0];
    if (index <= turn || first === undefined || isSigned(first, message)) continue;
    return { name: nameOfCall(first), position: positionOf(messages, index) };
  }
  return undefined;
}

/** Place among Google's contents, counted from 1: system messages are none, neighbouring answers are one. */
function positionOf(messages: readonly ChatMessage[], index: number): number {
  return messages.slice(0, index + 1).filter((message, at) => {
    if (message.role === "system" || message.role === "developer") return false;
    return message.role !== "tool" || messages[at - 1]?.role !== "tool";
  }).length;
}
