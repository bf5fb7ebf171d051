import { createSealedText } from "../sealed-text.ts";

/** What an answer's encrypted reasoning holds: enough to recognise it. */
export interface SealedReasoning {
  seal(itemId: string, text: string): string;
  /** True when the token was made for this item by a simulator with the same secret. */
  isOurs(itemId: string, token: string): boolean;
}

/** Encrypted reasoning that looks as the real one does and opens only for its own item. */
export function createSealedReasoning(kind: string, secret: string): SealedReasoning {
  const sealed = createSealedText({ secret, purpose: `${kind} encrypted reasoning`, prefix: "gAAAAAB" });
  return {
    seal: (itemId, text) => sealed.seal(JSON.stringify([itemId, text])),
    isOurs(itemId, token) {
      const content = sealed.open(token);
      return content !== undefined && (JSON.parse(content) as [string, string])[0] === itemId;
    },
  };
}
