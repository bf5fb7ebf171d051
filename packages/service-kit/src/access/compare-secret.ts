import { hash, timingSafeEqual } from "node:crypto";

/** SHA-256 of a secret: equal lengths, so that a comparison tells nothing about the value. */
export function digestSecret(value: string): Buffer {
  return hash("sha256", value, "buffer");
}

/** True when the value is one of the secrets; takes the same time whichever it is, or none of them. */
export function isOneOf(value: string, digests: readonly Buffer[]): boolean {
  if (digests.length === 0) return false;
  const presented = digestSecret(value);
  let found = false;
  for (const digest of digests) found = timingSafeEqual(presented, digest) || found;
  return found;
}
