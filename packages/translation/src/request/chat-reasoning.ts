import type { TranslationTarget } from "../contract.ts";
import { decodeToolUseId } from "../tool-use-id.ts";
import type { AssistantTurn, CallPart, ReasoningPart } from "./conversation.ts";
import { isRecord } from "./invalid-request.ts";

/** Google's documented value for calls that its models did not issue (ai.google.dev/gemini-api/docs/thought-signatures). */
const SIGNATURE_BYPASS = "skip_thought_signature_validator";

/**
 * For assistant turns that another model wrote, where the target demands reasoning on each turn. Not "":
 * DeepSeek's V4 models refuse an empty one (github.com/NousResearch/hermes-agent/pull/18263).
 */
const NO_REASONING = " ";

export interface ChatReasoning {
  /** Fields of the assistant message. */
  message: Record<string, unknown>;
  /** Thought signatures for the calls. */
  signatures: ReadonlyMap<CallPart, string>;
}

const NO_SIGNATURES: ReadonlyMap<CallPart, string> = new Map();

/** The target's own reasoning of an assistant turn, in the form in which it takes it back. */
export function chatReasoning(turn: AssistantTurn, target: TranslationTarget, reasoningOn: boolean): ChatReasoning {
  const own = turn.parts.filter((part) => part.kind === "reasoning");
  switch (target.reasoningHistory) {
    case "reasoning_content":
      return { message: reasoningOn ? { reasoning_content: reasoningContent(own) } : {}, signatures: NO_SIGNATURES };
    case "reasoning_details":
      return { message: reasoningDetails(turn, own, { target, reasoningOn }), signatures: NO_SIGNATURES };
    case "thought_signature":
      return thoughtSignatures(turn, own);
    default:
      return { message: {}, signatures: NO_SIGNATURES };
  }
}

function reasoningContent(own: readonly ReasoningPart[]): string {
  const texts = own.map((part) => (part.payload.kind === "reasoning_content" ? (part.payload.text ?? part.text) : ""));
  return texts.join("") || NO_REASONING;
}

function reasoningDetails(
  turn: AssistantTurn,
  own: readonly ReasoningPart[],
  { target, reasoningOn }: { target: TranslationTarget; reasoningOn: boolean },
): Record<string, unknown> {
  const calls = turn.parts.filter((part) => part.kind === "call");
  const details = own
    .flatMap(({ payload }) => (payload.kind === "reasoning_details" ? payload.details : []))
    .map((detail) => withIdOfCall(detail, calls));
  const [first] = calls;
  if (target.reasoningStandIn === "signature" && first !== undefined && !details.some(isEncrypted))
    details.push(signatureStandIn(first));
  if (details.length > 0) return { reasoning_details: details };
  return target.reasoningStandIn === "text" && reasoningOn ? { reasoning: NO_REASONING } : {};
}

/** A signature's detail names its call, whose id may be another by now. */
function withIdOfCall(detail: unknown, calls: readonly CallPart[]): unknown {
  if (!isRecord(detail) || typeof detail["id"] !== "string") return detail;
  const call = calls.find(({ clientId }) => decodeToolUseId(clientId) === detail["id"]);
  return call === undefined || call.id === detail["id"] ? detail : { ...detail, id: call.id };
}

function isEncrypted(detail: unknown): boolean {
  return isRecord(detail) && detail["type"] === "reasoning.encrypted";
}

/** One for all calls of a step, under the id of the first (github.com/RooCodeInc/Roo-Code/pull/10640). */
function signatureStandIn(first: CallPart): Record<string, unknown> {
  return {
    type: "reasoning.encrypted",
    data: SIGNATURE_BYPASS,
    id: first.id,
    format: "google-gemini-v1",
    index: 0,
  };
}

/** A signature belongs to the first call of a step at least; the one under "" to the text. */
function thoughtSignatures(turn: AssistantTurn, own: readonly ReasoningPart[]): ChatReasoning {
  const issued = new Map<string, string>();
  for (const { payload } of own)
    if (payload.kind === "thought_signature")
      for (const [id, signature] of Object.entries(payload.signatures)) issued.set(id, signature);
  const signatures = new Map<CallPart, string>();
  const calls = turn.parts.filter((part) => part.kind === "call");
  for (const [index, call] of calls.entries()) {
    const signature = issued.get(call.clientId) ?? issued.get(call.id) ?? (index === 0 ? SIGNATURE_BYPASS : undefined);
    if (signature !== undefined) signatures.set(call, signature);
  }
  const ofText = issued.get("");
  return {
    message: ofText === undefined ? {} : { extra_content: { google: { thought_signature: ofText } } },
    signatures,
  };
}
