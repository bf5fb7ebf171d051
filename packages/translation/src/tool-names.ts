import { hash } from "node:crypto";

import type { ToolNames } from "./contract.ts";

/** What every OpenAI-shaped upstream takes as a function's name; Gemini wants a letter or "_" first. */
const LEGAL_NAME = /^[a-zA-Z_][a-zA-Z0-9_-]*$/;
const HASH_LENGTH = 8;

/**
 * Names for one request, reversible. A name that the upstream takes stays; any other is cut and gets a hash of
 * the whole, the same in every request, so that history and prompt cache stay stable. Names that turn up later
 * (in the history) join when they are first asked for.
 */
export function createToolNames(names: Iterable<string>, maxLength: number): ToolNames {
  const upstreamOf = new Map<string, string>();
  const clientOf = new Map<string, string>();

  function register(name: string): string {
    let candidate = isLegal(name, maxLength) ? name : shorten(name, name, maxLength);
    for (let attempt = 1; clientOf.has(candidate); attempt++)
      candidate = shorten(name, `${name}\0${attempt}`, maxLength);
    upstreamOf.set(name, candidate);
    clientOf.set(candidate, name);
    return candidate;
  }

  // Legal names first: one that happens to look like a shortened name keeps itself.
  const others: string[] = [];
  for (const name of names) {
    if (upstreamOf.has(name)) continue;
    if (isLegal(name, maxLength)) register(name);
    else others.push(name);
  }
  for (const name of others) if (!upstreamOf.has(name)) register(name);

  return {
    toUpstream: (name) => upstreamOf.get(name) ?? register(name),
    toClient: (name) => clientOf.get(name) ?? name,
  };
}

function isLegal(name: string, maxLength: number): boolean {
  return name.length <= maxLength && LEGAL_NAME.test(name);
}

function shorten(name: string, seed: string, maxLength: number): string {
  const digest = hash("sha256", seed).slice(0, HASH_LENGTH);
  const readable = name.replace(/[^a-zA-Z0-9_-]/g, "_").replace(/^(?![a-zA-Z_])/, "_");
  return `${readable.slice(0, Math.max(1, maxLength - HASH_LENGTH - 1))}_${digest}`;
}
