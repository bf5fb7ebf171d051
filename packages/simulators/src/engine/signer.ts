import { createHmac, timingSafeEqual } from "node:crypto";

/** Signs what only this simulated provider may have written, so that altered and foreign copies are found. */
export interface Signer {
  /** Base64 of a header that names the scope, and the code over scope and content. */
  sign(scope: string, content: string): string;
  verify(scope: string, content: string, signature: string): boolean;
  /** Base64 of content that can be opened again, and only as it was sealed. */
  seal(scope: string, content: string): string;
  open(scope: string, sealed: string): string | undefined;
}

export function createSigner(secret: string): Signer {
  const codeOf = (scope: string, content: string): Buffer =>
    createHmac("sha256", secret).update(scope).update("\0").update(content).digest();
  return {
    sign: (scope, content) => codeOf(scope, content).toString("base64"),
    verify(scope, content, signature) {
      const given = Buffer.from(signature, "base64");
      const wanted = codeOf(scope, content);
      return given.length === wanted.length && timingSafeEqual(given, wanted) && given.toString("base64") === signature;
    },
    seal: (scope, content) => Buffer.concat([codeOf(scope, content), Buffer.from(content)]).toString("base64"),
    open(scope, sealed) {
      const bytes = Buffer.from(sealed, "base64");
      if (bytes.length < 32) return undefined;
      const content = bytes.subarray(32).toString();
      return timingSafeEqual(bytes.subarray(0, 32), codeOf(scope, content)) ? content : undefined;
    },
  };
}
