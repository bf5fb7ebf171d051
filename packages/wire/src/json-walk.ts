/**
 * Walks JSON without building values. Every function takes a position and returns the one after what it
 * passed, and throws Unexpected where the grammar is broken.
 */

/** Native search works on text; a window of this size is cheap to make and to forget, unlike a whole body. */
const WINDOW_BYTES = 65_536;

/** A body, and the one thing that the engine does faster than a loop: finding quotes. */
export class JsonSource {
  readonly bytes: Buffer;
  #window = "";
  #windowStart = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Position after the quote that ends the string in which `from` stands, -1 where there is none. */
  findStringEnd(from: number): number {
    const { bytes } = this;
    let position = from;
    while (position < bytes.length) {
      const inWindow = position - this.#windowStart;
      if (inWindow < 0 || inWindow >= this.#window.length) this.#load(position);
      const window = this.#window;
      const start = this.#windowStart;
      for (let quote = window.indexOf('"', position - start); quote !== -1; quote = window.indexOf('"', quote + 1)) {
        const at = start + quote;
        if (bytes[at - 1] !== BACKSLASH || !isEscaped(bytes, at, from)) return at + 1;
      }
      position = start + window.length;
    }
    return -1;
  }

  /** As latin1 one character is one byte. */
  #load(start: number): void {
    this.#window = this.bytes.toString("latin1", start, Math.min(this.bytes.length, start + WINDOW_BYTES));
    this.#windowStart = start;
  }
}

/** Objects and arrays nested deeper than this are refused: no client needs it, and recursion stays bounded. */
const MAX_JSON_DEPTH = 200;

export const QUOTE = 0x22;
export const OPEN_OBJECT = 0x7b;
export const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** How far a string is walked by hand before the native search takes over; short ones are cheaper so. */
const SHORT_STRING = 12;

/** Carries the place of a fault out of the recursion. */
export class Unexpected extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

export function skipSpace({ bytes }: JsonSource, from: number): number {
  let at = from;
  for (;;) {
    const code = bytes[at] ?? 0;
    // Compact JSON has none: one comparison then.
    if (code > 0x20) return at;
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

/** `at` is where the value starts, no space before it; `depth` is that of what holds it. */
export function skipValue(source: JsonSource, at: number, depth: number): number {
  const code = source.bytes[at] ?? 0;
  if (code === QUOTE) return skipString(source, at);
  if (code === OPEN_OBJECT) return skipObject(source, at, depth + 1);
  if (code === OPEN_ARRAY) return skipArray(source, at, depth + 1);
  if (code === MINUS || (code >= ZERO && code <= NINE)) return skipNumber(source.bytes, at);
  if (code === 0x74 && standsAt(source.bytes, at, "true")) return at + 4;
  if (code === 0x66 && standsAt(source.bytes, at, "false")) return at + 5;
  if (code === 0x6e && standsAt(source.bytes, at, "null")) return at + 4;
  throw new Unexpected(at, "a value");
}

/** Whether these ASCII characters stand there. */
export function standsAt(bytes: Uint8Array, at: number, characters: string): boolean {
  for (let index = 0; index < characters.length; index += 1) {
    if (bytes[at + index] !== characters.charCodeAt(index)) return false;
  }
  return true;
}

/** `at` is the opening quote. */
function skipString(source: JsonSource, at: number): number {
  const { bytes } = source;
  const handUntil = at + SHORT_STRING;
  let position = at + 1;
  while (position < handUntil) {
    const code = bytes[position];
    if (code === QUOTE) return position + 1;
    position += code === BACKSLASH ? 2 : 1;
  }
  return skipLongString(source, at, position);
}

function skipLongString(source: JsonSource, at: number, from: number): number {
  const end = source.findStringEnd(from);
  if (end !== -1) return end;
  throw new Unexpected(source.bytes.length, `a closing quote for the string that starts at byte ${at}`);
}

/** True when an odd number of backslashes, none of them before `from`, stands before this quote. */
function isEscaped(bytes: Uint8Array, quote: number, from: number): boolean {
  let first = quote;
  while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
  return ((quote - first) & 1) === 1;
}

function skipNumber(bytes: Uint8Array, at: number): number {
  let position = bytes[at] === MINUS ? at + 1 : at;
  position = bytes[position] === ZERO ? position + 1 : skipDigits(bytes, position);
  if (bytes[position] === 0x2e) position = skipDigits(bytes, position + 1);
  if (bytes[position] === 0x65 || bytes[position] === 0x45) {
    const sign = bytes[position + 1];
    position = skipDigits(bytes, sign === MINUS || sign === 0x2b ? position + 2 : position + 1);
  }
  return position;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  let position = at;
  for (let code = bytes[at] ?? 0; code >= ZERO && code <= NINE; code = bytes[position] ?? 0) position += 1;
  if (position === at) throw new Unexpected(at, "a digit");
  return position;
}

export function enter(at: number, depth: number): void {
  if (depth > MAX_JSON_DEPTH) throw new Unexpected(at, `at most ${MAX_JSON_DEPTH} levels of nesting`);
}

function skipObject(source: JsonSource, at: number, depth: number): number {
  enter(at, depth);
  const { bytes } = source;
  let position = skipSpace(source, at + 1);
  if (bytes[position] === CLOSE_OBJECT) return position + 1;
  for (;;) {
    if (bytes[position] !== QUOTE) throw new Unexpected(position, "a field name in double quotes");
    position = skipSpace(source, skipString(source, position));
    if (bytes[position] !== COLON) throw new Unexpected(position, '":"');
    position = skipSpace(source, skipValue(source, skipSpace(source, position + 1), depth));
    const code = bytes[position];
    if (code === CLOSE_OBJECT) return position + 1;
    if (code !== COMMA) throw new Unexpected(position, '"," or "}"');
    position = skipSpace(source, position + 1);
  }
}

function skipArray(source: JsonSource, at: number, depth: number): number {
  enter(at, depth);
  const { bytes } = source;
  let position = skipSpace(source, at + 1);
  if (bytes[position] === CLOSE_ARRAY) return position + 1;
  for (;;) {
    position = skipSpace(source, skipValue(source, position, depth));
    const code = bytes[position];
    if (code === CLOSE_ARRAY) return position + 1;
    if (code !== COMMA) throw new Unexpected(position, '"," or "]"');
    position = skipSpace(source, position + 1);
  }
}

/** Walks the object at `at`; `take` gets where a name and its value start and says where the value ends. */
export function forEachMember(
  source: JsonSource,
  at: number,
  take: (keyStart: number, start: number, keyEnd: number) => number,
): number {
  const { bytes } = source;
  let position = skipSpace(source, at + 1);
  if (bytes[position] === CLOSE_OBJECT) return position + 1;
  for (;;) {
    if (bytes[position] !== QUOTE) throw new Unexpected(position, "a field name in double quotes");
    const keyEnd = skipString(source, position);
    const colon = skipSpace(source, keyEnd);
    if (bytes[colon] !== COLON) throw new Unexpected(colon, '":"');
    position = skipSpace(source, take(position, skipSpace(source, colon + 1), keyEnd));
    const code = bytes[position];
    if (code === CLOSE_OBJECT) return position + 1;
    if (code !== COMMA) throw new Unexpected(position, '"," or "}"');
    position = skipSpace(source, position + 1);
  }
}

/** Walks the array at `at`; `take` gets where an element starts and says where it ends. */
export function forEachElement(source: JsonSource, at: number, take: (start: number) => number): number {
  const { bytes } = source;
  let position = skipSpace(source, at + 1);
  if (bytes[position] === CLOSE_ARRAY) return position + 1;
  for (;;) {
    position = skipSpace(source, take(position));
    const code = bytes[position];
    if (code === CLOSE_ARRAY) return position + 1;
    if (code !== COMMA) throw new Unexpected(position, '"," or "]"');
    position = skipSpace(source, position + 1);
  }
}
