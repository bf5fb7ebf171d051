import { createHash } from "node:crypto";
import { isSecret } from "./secret.ts";

/** Hash of a value's content, 16 hex digits: independent of the order of keys, changed by every secret, telling none. */
export function revisionOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

function canonical(value: unknown): string {
  if (isSecret(value)) return `secret:${createHash("sha256").update(value.reveal()).digest("hex")}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const fields = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, child]) => `${JSON.stringify(name)}:${canonical(child)}`).join(",")}}`;
}
