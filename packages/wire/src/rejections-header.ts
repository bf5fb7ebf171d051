import type { Rejection } from "./limit-observation.ts";

const MAX_LENGTH = 4096;
const MAX_REJECTIONS = 16;
/** Longer names are no field of any API. */
const MAX_NAME_LENGTH = 128;

/** Rejections as the value of a header: `field:context_management, beta:context-management-2025-06-27`. */
export function writeRejections(list: readonly Rejection[]): string {
  return list
    .filter(({ name }) => isName(name))
    .slice(0, MAX_REJECTIONS)
    .map(({ kind, name }) => `${kind}:${name}`)
    .join(", ");
}

/** What stands in such a header, in its order. What is no rejection is left out; never throws. */
export function readRejections(text: string | undefined): Rejection[] {
  if (text === undefined || text.length > MAX_LENGTH) return [];
  return text
    .split(",")
    .slice(0, MAX_REJECTIONS)
    .flatMap((part) => readRejection(part.trim()) ?? []);
}

function readRejection(text: string): Rejection | undefined {
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon);
  const name = text.slice(colon + 1);
  return (kind === "field" || kind === "beta") && isName(name) ? { kind, name } : undefined;
}

/** Fields and betas are made of these; anything else in an upstream's wording is not a name. */
function isName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && /^[\w$@.[\]*-]+$/u.test(name);
}
