import { randomBytes } from "node:crypto";
import { createSigner } from "../../engine/signer.ts";

/** What a signature says of the block it belongs to. */
export type SealVerdict = "valid" | "invalid" | "other-organization" | "other-model";

/**
 * Signs thinking as the real API does: a block that was altered, or that another provider wrote, is found. Blocks of
 * another organisation or model line are genuine, but not for this model to read.
 * Sources: platform.claude.com/docs/en/build-with-claude/extended-thinking (signatures, compatible across platforms);
 * @anthropic-ai/sdk 1.11, BetaThinkingDroppedInputTransformation (reasons); read 2026-11.
 */
export interface ThinkingSeal {
  sign(family: string, thinking: string): string;
  check(family: string, thinking: string, signature: string): SealVerdict;
}

const REDACTED = "\0redacted";

export function createThinkingSeal(secret: string, organization: string): ThinkingSeal {
  const signer = createSigner(secret);
  return {
    sign(family, thinking) {
      const head = JSON.stringify({ v: 1, family, organization, nonce: randomBytes(9).toString("base64url") });
      return Buffer.from(`${head}\n${signer.sign(head, thinking)}`).toString("base64");
    },
    check(family, thinking, signature) {
      const text = Buffer.from(signature, "base64").toString();
      if (Buffer.from(text).toString("base64") !== signature) return "invalid";
      const [head = "", code = ""] = text.split("\n");
      if (!signer.verify(head, thinking, code)) return "invalid";
      const issuer = JSON.parse(head) as { family: string; organization: string };
      if (issuer.organization !== organization) return "other-organization";
      return issuer.family === family ? "valid" : "other-model";
    },
  };
}

/** The content under which `redacted_thinking` is signed: its data is the signature itself. */
export const REDACTED_CONTENT = REDACTED;
