import { isSecret } from "./secret.ts";

/** Freezes an object and everything in it; Secrets are frozen already. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || isSecret(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
