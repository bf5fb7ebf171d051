import { inspect } from "node:util";
import type { Secret } from "./settings.ts";

const SHOWN = "***";

/** Keeps a value out of JSON, template strings, console output and object spreads; only `reveal()` tells it. */
export function createSecret(value: string): Secret {
  const secret = Object.create(null, {
    reveal: { value: () => value },
    toJSON: { value: () => SHOWN },
    toString: { value: () => SHOWN },
    [Symbol.toPrimitive]: { value: () => SHOWN },
    [inspect.custom]: { value: () => SHOWN },
  }) as Secret;
  return Object.freeze(secret);
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && typeof (value as Partial<Secret>).reveal === "function";
}
