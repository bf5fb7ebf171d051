import { z } from "zod";
import type { AnsweredCall, ChatPiece } from "../../chat/chat-content.ts";
import type { ChatMessage } from "../../chat/chat-request.ts";
import { createSealedText, type SealedText } from "../../sealed-text.ts";
import { vendorOf } from "./openrouter-models.ts";

type Fields = Record<string, unknown>;

/** openrouter.ai/docs/guides/best-practices/reasoning-tokens, seen 2026-11. */
export interface ReasoningDetail {
  type: "reasoning.text" | "reasoning.summary" | "reasoning.encrypted";
  text?: string | null;
  summary?: string;
  signature?: string | null;
  data?: string;
  id?: string | null;
  format?: string | null;
  index?: number;
}

export const REASONING_DETAIL = z.looseObject({
  type: z.enum(["reasoning.text", "reasoning.summary", "reasoning.encrypted"]),
  text: z.string().nullish(),
  summary: z.string().nullish(),
  signature: z.string().nullish(),
  data: z.string().nullish(),
  id: z.string().nullish(),
  format: z.string().nullish(),
  index: z.number().optional(),
});

/** How a vendor's reasoning is made unforgeable: text signed, carried along encrypted, or not at all. */
type Manner = "signed" | "encrypted" | "plain";

const MANNERS: Readonly<Record<string, { manner: Manner; format: string }>> = {
  anthropic: { manner: "signed", format: "anthropic-claude-v1" },
  openai: { manner: "encrypted", format: "openai-responses-v1" },
  google: { manner: "encrypted", format: "google-gemini-v1" },
};
const PLAIN = { manner: "plain", format: "unknown" } as const;

function mannerOf(model: string): { manner: Manner; format: string } {
  return model.startsWith("openai/gpt-oss") ? PLAIN : (MANNERS[vendorOf(model)] ?? PLAIN);
}

export interface ReasoningVoice {
  sealedFor(model: string): SealedText;
}

/** One secret, and a seal for each vendor: what one issued is foreign to the others. */
export function createReasoningVoice(secret: string): ReasoningVoice {
  const seals = new Map<string, SealedText>();
  return {
    sealedFor(model) {
      const vendor = vendorOf(model);
      const known = seals.get(vendor);
      if (known !== undefined) return known;
      const created = createSealedText({ secret, purpose: `openrouter ${vendor}`, prefix: "Er" });
      seals.set(vendor, created);
      return created;
    },
  };
}

export interface DetailFacts {
  model: string;
  sealed: SealedText;
  /** Of the whole answer. */
  id: string;
}

/** The piece of reasoning as it is shown, whole or in part. */
export function openDetail(text: string, { model }: Pick<DetailFacts, "model">): Fields {
  const { manner, format } = mannerOf(model);
  return manner === "encrypted" && vendorOf(model) === "openai"
    ? { type: "reasoning.summary", summary: text, format, index: 0 }
    : { type: "reasoning.text", text, format, index: 0 };
}

/** What comes once a piece of reasoning is whole: the signature, or the reasoning encrypted. */
export function closeDetail(piece: Extract<ChatPiece, { type: "reasoning" }>, facts: DetailFacts): Fields | undefined {
  const { manner, format } = mannerOf(facts.model);
  if (manner === "plain") return undefined;
  if (manner === "signed" && !piece.redacted) {
    return { type: "reasoning.text", text: null, signature: sealText(piece.text, facts), format, index: 0 };
  }
  // Google's seal goes along with the first call, once it is known.
  if (vendorOf(facts.model) === "google") return undefined;
  return {
    type: "reasoning.encrypted",
    data: sealText(piece.text, facts),
    ...(vendorOf(facts.model) === "openai" ? { id: `rs_${facts.id}` } : {}),
    format,
    index: 0,
  };
}

/** Google's thought signature: one for the calls of a step, under the id of the first. */
export function callsDetail(calls: readonly AnsweredCall[], facts: DetailFacts): Fields | undefined {
  const first = calls[0];
  if (first === undefined || vendorOf(facts.model) !== "google") return undefined;
  return {
    type: "reasoning.encrypted",
    data: facts.sealed.seal(facts.id),
    id: first.id,
    format: mannerOf(facts.model).format,
    index: 0,
  };
}

function sealText(text: string, { sealed }: DetailFacts): string {
  return sealed.seal(text);
}

export function detailsOf(message: ChatMessage): readonly ReasoningDetail[] {
  const details = message["reasoning_details"];
  return Array.isArray(details) ? (details as ReasoningDetail[]) : [];
}

/** True when every signature and seal of the message is of this vendor and unaltered. */
export function areDetailsValid(message: ChatMessage, sealed: SealedText, bypasses: ReadonlySet<string>): boolean {
  return detailsOf(message).every((detail) => {
    if (detail.type === "reasoning.encrypted") {
      const data = detail.data ?? "";
      return bypasses.has(data) || sealed.open(data) !== undefined;
    }
    const signature = detail.signature ?? "";
    return signature === "" || sealed.open(signature) === (detail.text ?? "");
  });
}
