import { createSigner } from "../engine/signer.ts";

/**
 * Tokens that hold a text and that only the same secret and purpose recognise: encrypted reasoning, thought
 * signatures. What was altered or issued elsewhere does not open.
 */
export interface SealedText {
  seal(content: string): string;
  /** The content; undefined: not ours, or altered. */
  open(token: string): string | undefined;
}

export interface SealedTextOptions {
  secret: string;
  /** Provider and kind of token: tokens of one purpose do not open for another. */
  purpose: string;
  /** What the provider's tokens start with. */
  prefix: string;
}

export function createSealedText({ secret, purpose, prefix }: SealedTextOptions): SealedText {
  const signer = createSigner(secret);
  const seal = (content: string): string => prefix + signer.seal(purpose, content);
  return {
    seal,
    open(token) {
      if (!token.startsWith(prefix)) return undefined;
      const content = signer.open(purpose, token.slice(prefix.length));
      // Sealing again finds alterations that decode to the same bytes.
      return content !== undefined && seal(content) === token ? content : undefined;
    },
  };
}
