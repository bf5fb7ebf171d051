const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/**
 * Follows the text of one JSON object piece by piece: where it ends, whether it stands inside a string, and
 * what would close it. It counts brackets and strings; whether the text is valid only JSON.parse knows.
 */
export class JsonScanner {
  #closers: number[] = [];
  #inString = false;
  #escaped = false;
  #started = false;
  #last = 0;
  #sawControl = false;

  /** True once the object's last bracket was read. */
  get isComplete(): boolean {
    return this.#started && this.#closers.length === 0;
  }

  get inString(): boolean {
    return this.#inString;
  }

  /** True when the last piece held a bare control character inside a string, which JSON forbids. */
  get sawControl(): boolean {
    return this.#sawControl;
  }

  /** The last character outside of strings that is not blank; a closing quote for a string that ended. */
  get lastCharacter(): string {
    return this.#last === 0 ? "" : String.fromCharCode(this.#last);
  }

  /** Reads on. Returns the index in `text` behind the object's end, or −1 while it goes on. */
  push(text: string): number {
    this.#sawControl = false;
    for (let index = 0; index < text.length; index += 1) {
      this.#step(text.charCodeAt(index));
      if (this.isComplete) return index + 1;
    }
    return -1;
  }

  /** What would close the object here without inventing or cutting a value; undefined where nothing does. */
  closers(): string | undefined {
    // A number or a word at the end may have lost its rest; a string, an object or an array has not.
    if (this.#inString || !'"}]'.includes(this.lastCharacter)) return undefined;
    return this.#closers
      .map((code) => String.fromCharCode(code))
      .toReversed()
      .join("");
  }

  #step(code: number): void {
    if (this.#inString) {
      this.#stepInString(code);
      return;
    }
    if (code <= SPACE) return;
    this.#last = code;
    if (code === QUOTE) this.#inString = true;
    else if (code === OPEN_BRACE) this.#closers.push(CLOSE_BRACE);
    else if (code === OPEN_BRACKET) this.#closers.push(CLOSE_BRACKET);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.#closers.pop();
    this.#started = true;
  }

  #stepInString(code: number): void {
    if (code < SPACE) this.#sawControl = true;
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }
}

/**
 * Escapes bare control characters (some models write line breaks into strings as they are). Outside of
 * strings they are blanks, so that a blank may take their place.
 */
export function escapeControlCharacters(text: string, startsInString: boolean): string {
  let inString = startsInString;
  let escaped = false;
  let result = "";
  for (const character of text) {
    const isControl = character < " ";
    result += isControl && inString && !escaped ? JSON.stringify(character).slice(1, -1) : isControl ? " " : character;
    if (!inString) inString = character === '"';
    else if (escaped) escaped = false;
    else if (character === "\\") escaped = true;
    else if (character === '"') inString = false;
  }
  return result;
}
