import { isRecord } from "../failure/is-record.ts";
import { escapeControlCharacters, JsonScanner } from "./json-scanner.ts";

/** How a call's arguments came out: as sent, with something put right, or not usable. */
export type ArgumentsState = "whole" | "repaired" | "broken";

export interface FinishedArguments {
  /** What is still to be sent. */
  rest: string;
  state: ArgumentsState;
}

/**
 * Assembles the arguments of one tool call into the text of one JSON object, as early as each piece is
 * certain. Upstreams send pieces, or each time everything so far, or `{}` first and the truth later.
 */
export class ToolArguments {
  #scanner = new JsonScanner();
  #text = "";
  #held = "";
  #isOther = false;
  #isCumulative = false;
  #candidate: string | undefined;
  #isRepaired = false;

  /** True when the object is closed and nothing is left in doubt. */
  get isWhole(): boolean {
    return this.#scanner.isComplete && this.#candidate === undefined && this.#text !== "{}";
  }

  /** Takes the next piece; returns what may be sent of it now. */
  push(piece: string): string {
    if (piece === "") return "";
    if (this.#isOther) {
      this.#held += piece;
      return "";
    }
    if (this.#text !== "") return this.#accept(this.#withoutRepetition(piece));
    const start = (this.#held + piece).trimStart();
    this.#held = "";
    if (start === "" || start.startsWith("{")) return this.#accept(start);
    this.#isOther = true;
    this.#held = start;
    return "";
  }

  /** Closes the arguments. `cutOff`: the upstream says that it was stopped, so nothing is made whole. */
  finish(cutOff: boolean): FinishedArguments {
    if (this.#isOther) return readOther(this.#held);
    const late = this.#settleCandidate();
    if (this.#text.trim() === "") return { rest: "{}", state: "whole" };
    const rest = late + this.#held;
    if (this.#scanner.isComplete) return { rest, state: isJson(this.#text) ? this.#stateOfWhole() : "broken" };
    const closers = cutOff ? undefined : this.#scanner.closers();
    if (closers === undefined || !isJson(this.#text + closers)) return { rest, state: "broken" };
    return { rest: rest + closers, state: "repaired" };
  }

  #stateOfWhole(): ArgumentsState {
    return this.#isRepaired ? "repaired" : "whole";
  }

  #accept(piece: string): string {
    if (piece === "") return "";
    if (this.#scanner.isComplete) return this.#acceptExcess(piece);
    const startsInString = this.#scanner.inString;
    const end = this.#scanner.push(piece);
    const part = end < 0 ? piece : piece.slice(0, end);
    this.#append(this.#scanner.sawControl ? this.#escape(part, startsInString) : part);
    // "{}" may be a placeholder that the true arguments follow, so it waits.
    if (this.#text === "{" || this.#text === "{}") return end < 0 ? "" : this.#accept(piece.slice(end));
    const sent = this.#held;
    this.#held = "";
    if (end >= 0) this.#accept(piece.slice(end));
    return sent;
  }

  /** What comes after the end: the true arguments when so far there was only a placeholder, else nothing of use. */
  #acceptExcess(piece: string): string {
    if (piece.trim() === "") return "";
    if (this.#text !== "{}") {
      this.#isRepaired = true;
      return "";
    }
    this.#scanner = new JsonScanner();
    this.#text = "";
    this.#held = "";
    return this.push(piece);
  }

  #append(part: string): void {
    this.#text += part;
    this.#held += part;
  }

  #escape(part: string, startsInString: boolean): string {
    this.#isRepaired = true;
    return escapeControlCharacters(part, startsInString);
  }

  /**
   * Some upstreams send all arguments so far with every piece. A piece that begins with everything so far is
   * such a repetition when it cannot be what follows; where it could be (an object nested under the same key),
   * the next piece or the end decides.
   */
  #withoutRepetition(piece: string): string {
    if (this.#isCumulative) return this.#afterRepetition(piece);
    const candidate = this.#candidate;
    if (candidate !== undefined) {
      this.#candidate = undefined;
      if (piece.length < candidate.length || !piece.startsWith(candidate)) return candidate + piece;
    } else if (!this.#isRepetition(piece)) {
      return piece;
    } else if (this.#couldFollow(piece)) {
      this.#candidate = piece;
      return "";
    }
    this.#isCumulative = true;
    return piece.slice(this.#text.length);
  }

  #afterRepetition(piece: string): string {
    if (this.#isRepetition(piece)) return piece.slice(this.#text.length);
    return this.#text.startsWith(piece) ? "" : piece;
  }

  #isRepetition(piece: string): boolean {
    return piece.length >= this.#text.length && piece.startsWith(this.#text);
  }

  /** True when `piece`, which begins with "{", could stand behind what there is. */
  #couldFollow(piece: string): boolean {
    if (this.#scanner.isComplete) return false;
    if (!this.#scanner.inString) return [":", "[", ","].includes(this.#scanner.lastCharacter);
    return !/^\{"[^\s,:}\]]/u.test(piece);
  }

  #settleCandidate(): string {
    const candidate = this.#candidate;
    if (candidate === undefined) return "";
    this.#candidate = undefined;
    return this.#accept(isJson(candidate) ? candidate.slice(this.#text.length) : candidate);
  }
}

/** Arguments that are not an object: null, or an object once more encoded as a string. */
function readOther(text: string): FinishedArguments {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || value === "") return { rest: "{}", state: "repaired" };
    if (typeof value === "string" && isRecord(JSON.parse(value))) return { rest: value.trim(), state: "repaired" };
  } catch {
    // falls through: neither JSON nor JSON within JSON
  }
  return { rest: text, state: "broken" };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
