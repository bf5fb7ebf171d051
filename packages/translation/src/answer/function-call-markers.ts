import { isRecord } from "../failure/is-record.ts";

const BEGIN = "<|FunctionCallBegin|>";
const END = "<|FunctionCallEnd|>";

export interface MarkedCall {
  name: string;
  /** JSON text. */
  arguments: string;
}

export type MarkedPart = { text: string } | { calls: MarkedCall[] };

/**
 * Finds tool calls that a model wrote into its reasoning between markers, as some do that were trained so:
 * `<|FunctionCallBegin|>[{"name": …, "parameters": {…}}]<|FunctionCallEnd|>`. Markers may come in pieces.
 */
export class FunctionCallMarkers {
  #held = "";
  #isInside = false;

  push(text: string): MarkedPart[] {
    if (this.#held === "" && !this.#isInside && !text.includes("<")) return [{ text }];
    this.#held += text;
    const parts: MarkedPart[] = [];
    while (this.#step(parts));
    return parts;
  }

  /** What is left when the reasoning ends: a call whose end marker is missing, or text after all. */
  flush(): MarkedPart[] {
    const rest = this.#held;
    const isInside = this.#isInside;
    this.#held = "";
    this.#isInside = false;
    if (isInside) return [toPart(rest)];
    return rest === "" ? [] : [{ text: rest }];
  }

  /** Takes one part off what is held; false when more is needed. */
  #step(parts: MarkedPart[]): boolean {
    const marker = this.#isInside ? END : BEGIN;
    const at = this.#held.indexOf(marker);
    if (at < 0) {
      if (!this.#isInside) this.#release(parts);
      return false;
    }
    const before = this.#held.slice(0, at);
    this.#held = this.#held.slice(at + marker.length);
    if (this.#isInside) parts.push(toPart(before));
    else if (before !== "") parts.push({ text: before });
    this.#isInside = !this.#isInside;
    return true;
  }

  /** Everything but what could be the beginning of a marker. */
  #release(parts: MarkedPart[]): void {
    let keep = Math.min(this.#held.length, BEGIN.length - 1);
    while (keep > 0 && !BEGIN.startsWith(this.#held.slice(-keep))) keep -= 1;
    const text = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    if (text !== "") parts.push({ text });
  }
}

function toPart(text: string): MarkedPart {
  const calls = readCalls(text);
  return calls.length > 0 ? { calls } : { text: BEGIN + text + END };
}

function readCalls(text: string): MarkedCall[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const calls: MarkedCall[] = [];
  for (const entry of Array.isArray(value) ? value : [value]) {
    if (!isRecord(entry) || typeof entry["name"] !== "string") return [];
    const parameters = entry["parameters"] ?? entry["arguments"] ?? {};
    calls.push({
      name: entry["name"],
      arguments: typeof parameters === "string" ? parameters : JSON.stringify(parameters),
    });
  }
  return calls;
}
