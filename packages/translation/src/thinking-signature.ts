import { THINKING_MARK as MARK } from "@switchyard/wire";

import type { ThinkingIssuer } from "./contract.ts";

/** What an upstream needs back to go on from its own reasoning. */
export type ThinkingPayload =
  /** The text stands in the block itself, or here when the client asked for it to be omitted. */
  | { kind: "reasoning_content"; text?: string }
  | { kind: "reasoning_details"; details: unknown[] }
  /** Signatures by tool-use id; "" is the signature of the answer's text. */
  | { kind: "thought_signature"; signatures: Record<string, string> }
  /** Reasoning items of the Responses API, as they came. */
  | { kind: "encrypted"; items: unknown[] }
  /** A signature of a Messages-shaped endpoint that is not Claude's own. */
  | { kind: "messages"; signature: string };

export interface MarkedThinking {
  issuer: ThinkingIssuer;
  payload: ThinkingPayload;
}

/** True when the block was issued through this mesh by a model other than Claude. */
export function isMarkedSignature(signature: string): boolean {
  return signature.startsWith(MARK);
}

export function encodeThinkingSignature(marked: MarkedThinking): string {
  return MARK + Buffer.from(JSON.stringify(marked)).toString("base64url");
}

/** undefined for a mark that cannot be read (the block is then left out) and for signatures without one. */
export function decodeThinkingSignature(signature: string): MarkedThinking | undefined {
  if (!isMarkedSignature(signature)) return undefined;
  try {
    const marked = JSON.parse(
      Buffer.from(signature.slice(MARK.length), "base64url").toString("utf8"),
    ) as MarkedThinking;
    const { issuer, payload } = marked;
    const whole =
      typeof issuer?.provider === "string" &&
      typeof issuer.model === "string" &&
      typeof issuer.account === "string" &&
      typeof payload?.kind === "string";
    return whole ? marked : undefined;
  } catch {
    return undefined;
  }
}

export function isSameIssuer(left: ThinkingIssuer, right: ThinkingIssuer): boolean {
  return left.provider === right.provider && left.model === right.model && left.account === right.account;
}
