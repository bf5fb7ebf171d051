import { describe, expect, it } from "@jest/globals";
import { createSigner } from "./signer.ts";

describe("the signer", () => {
  const signer = createSigner("secret");

  it("verifies what it signed and nothing that differs in scope, content or secret", () => {
    const signature = signer.sign("scope", "content");
    expect(signer.verify("scope", "content", signature)).toBe(true);
    expect(signer.verify("other", "content", signature)).toBe(false);
    expect(signer.verify("scope", "content ", signature)).toBe(false);
    expect(createSigner("other").verify("scope", "content", signature)).toBe(false);
  });

  it.each(["", "x", "=", "a".repeat(44)])("refuses %j as a signature", (signature) => {
    expect(signer.verify("scope", "content", signature)).toBe(false);
  });

  it("opens what it sealed and nothing that was altered", () => {
    const sealed = signer.seal("scope", "content, ünïcode too");
    expect(signer.open("scope", sealed)).toBe("content, ünïcode too");
    expect(signer.open("other", sealed)).toBeUndefined();
    const altered = Buffer.from(sealed, "base64");
    altered[40] = (altered[40] ?? 0) ^ 1;
    expect(signer.open("scope", altered.toString("base64"))).toBeUndefined();
    expect(signer.open("scope", "short")).toBeUndefined();
  });
});
