import { isRecord } from "../failure/is-record.ts";

/** Fields of a reasoning detail that come in pieces when streamed. */
const PIECES = ["text", "summary"] as const;

/**
 * Puts streamed reasoning details together again, in the order and with the fields in which the upstream
 * wants them back: pieces of one type and index are one entry, encrypted ones are always whole
 * (openrouter.ai/docs/guides/best-practices/reasoning-tokens).
 */
export function appendReasoningDetails(details: Record<string, unknown>[], pieces: readonly unknown[]): void {
  for (const piece of pieces) {
    if (!isRecord(piece)) continue;
    const last = details.at(-1);
    if (last === undefined || !continues(last, piece)) details.push({ ...piece });
    else extend(last, piece);
  }
}

/** What of the details can be shown. */
export function textOfDetails(pieces: readonly unknown[]): string {
  let text = "";
  for (const piece of pieces) {
    if (!isRecord(piece)) continue;
    for (const field of PIECES) if (typeof piece[field] === "string") text += piece[field];
  }
  return text;
}

function continues(last: Record<string, unknown>, piece: Record<string, unknown>): boolean {
  if (last["type"] !== piece["type"] || piece["type"] === "reasoning.encrypted") return false;
  const sameId =
    last["id"] === undefined || piece["id"] === undefined || last["id"] === null || last["id"] === piece["id"];
  return sameId && last["index"] === piece["index"];
}

function extend(last: Record<string, unknown>, piece: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(piece)) {
    if (value === undefined || value === null) continue;
    const isPiece = (PIECES as readonly string[]).includes(name);
    const before = last[name];
    last[name] = isPiece && typeof before === "string" && typeof value === "string" ? before + value : value;
  }
}
