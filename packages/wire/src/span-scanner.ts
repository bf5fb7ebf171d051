import { isUtf8 } from "node:buffer";
import { describeFinding, jsonError } from "./json-error.ts";
import {
  enter,
  forEachElement,
  forEachMember,
  JsonSource,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  skipValue,
  standsAt,
  Unexpected,
} from "./json-walk.ts";

/** A stretch of the body, end exclusive, in bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: `keyStart` is the quote that opens its name; the span is the value's. */
export interface FieldSpan extends Span {
  readonly name: string;
  readonly keyStart: number;
}

/** A message of the request, as far as its structure tells. `role` and `content` are absent when it lacks them. */
export interface MessageSpan extends Span {
  readonly role: Span | undefined;
  readonly content: Span | undefined;
}

/** A tool definition, as far as its structure tells. */
export interface ToolSpan extends Span {
  readonly type: Span | undefined;
  readonly name: Span | undefined;
}

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

interface BodyScanParts {
  body: Buffer;
  source: JsonSource;
  root: Span;
  fields: FieldSpan[];
  messages: MessageSpan[];
  tools: ToolSpan[];
}

/** Searched at once: small strings are cheap to make and to forget, unlike one as large as a body. */
const SEARCH_BYTES = 65_536;
/** Stretches overlap by this much, so that a word on their border is found. */
const LONGEST_WORD = 64;

/** Where everything of a JSON body lies, found in one pass without building any value. Positions count bytes. */
export class BodyScan {
  readonly body: Buffer;
  /** The root object's span. */
  readonly root: Span;
  /** Members of the root in their order, repeated names included. */
  readonly fields: readonly FieldSpan[];
  /** Elements of top-level `messages`, when that is an array; an element that is no object has neither role nor content. */
  readonly messages: readonly MessageSpan[];
  /** Elements of top-level `tools`, when that is an array. */
  readonly tools: readonly ToolSpan[];
  readonly #source: JsonSource;
  #text: string | undefined;

  constructor(parts: BodyScanParts) {
    this.body = parts.body;
    this.root = parts.root;
    this.fields = parts.fields;
    this.messages = parts.messages;
    this.tools = parts.tools;
    this.#source = parts.source;
  }

  /**
   * The whole body as latin1: one character is one byte. Made when first asked for, and as large as the
   * body: where only a word is looked for, `mentions` is cheaper.
   */
  get text(): string {
    return (this.#text ??= this.body.toString("latin1"));
  }

  /** Whether an ASCII pattern is found anywhere in the span (default: the body). It must match at most 64 bytes. */
  mentions(pattern: RegExp, span: Span = this.root): boolean {
    for (let from = span.start; from < span.end; from += SEARCH_BYTES) {
      const stretch = this.body.toString("latin1", from, Math.min(span.end, from + SEARCH_BYTES + LONGEST_WORD));
      if (pattern.test(stretch)) return true;
    }
    return false;
  }

  /** The member of the root by this name; of repeated names the last, as every JSON parser reads it. */
  field(name: string): FieldSpan | undefined {
    return lastByName(this.fields, name);
  }

  /** Members of the object at this span. Throws a TypeError when it is none. */
  members(span: Span): FieldSpan[] {
    if (this.kind(span) !== "object") throw new TypeError("not an object");
    const fields: FieldSpan[] = [];
    scanObject(this.#source, span.start, 1, { fields });
    return fields;
  }

  /** The member by this name of the object at this span; undefined when there is none, or no object. */
  member(span: Span | undefined, name: string): FieldSpan | undefined {
    return span !== undefined && this.kind(span) === "object" ? lastByName(this.members(span), name) : undefined;
  }

  /** Elements of the array at this span (content blocks, tools, system blocks). Throws a TypeError when it is none. */
  elements(span: Span): Span[] {
    if (this.kind(span) !== "array") throw new TypeError("not an array");
    const elements: Span[] = [];
    forEachElement(this.#source, span.start, (start) => {
      const end = skipValue(this.#source, start, 1);
      elements.push({ start, end });
      return end;
    });
    return elements;
  }

  kind(span: Span): JsonKind {
    const code = this.#source.bytes[span.start];
    if (code === OPEN_OBJECT) return "object";
    if (code === OPEN_ARRAY) return "array";
    if (code === QUOTE) return "string";
    if (code === 0x6e) return "null";
    return code === 0x74 || code === 0x66 ? "boolean" : "number";
  }

  /** The string at this span; undefined when it is none. Throws the 400 of a broken escape. */
  readString(span: Span | undefined): string | undefined {
    return span !== undefined && this.kind(span) === "string" ? decodeString(this.body, span) : undefined;
  }

  readNumber(span: Span | undefined): number | undefined {
    if (span === undefined || this.kind(span) !== "number") return undefined;
    return Number(this.body.toString("latin1", span.start, span.end));
  }

  readBoolean(span: Span | undefined): boolean | undefined {
    if (span === undefined || this.kind(span) !== "boolean") return undefined;
    return this.#source.bytes[span.start] === 0x74;
  }

  /** Builds the value at this span; for small parts only. Throws the 400 of a broken string in it. */
  parse(span: Span): unknown {
    try {
      return JSON.parse(this.body.toString("utf8", span.start, span.end));
    } catch {
      throw jsonError(this.body, span.start, "strings without control characters and broken escapes", "one that has");
    }
  }
}

/**
 * Checks that the body is one JSON object and finds the spans of its fields. Control characters and
 * unknown escapes inside strings are left to whoever decodes the string.
 * @throws GatewayError invalid_request_error that names line, column and byte, what was found and what expected.
 */
export function scanBody(body: Buffer): BodyScan {
  const source = new JsonSource(body);
  try {
    const scan = scanSource(body, source);
    if (!isUtf8(body)) throw jsonError(body, firstInvalidUtf8(body), "UTF-8 text", "a byte that is not UTF-8");
    return scan;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    throw jsonError(body, error.offset, error.expected, describeFinding(body, error.offset));
  }
}

function scanSource(body: Buffer, source: JsonSource): BodyScan {
  const fields: FieldSpan[] = [];
  const lists: RecordLists = { messages: [], tools: [] };
  const start = skipSpace(source, 0);
  if (source.bytes[start] !== OPEN_OBJECT) throw new Unexpected(start, "a JSON object");
  const end = scanObject(source, start, 1, { fields, lists });
  const after = skipSpace(source, end);
  if (after < body.length) throw new Unexpected(after, "the end of the body");
  return new BodyScan({ body, source, root: { start, end }, fields, ...lists });
}

interface RecordLists {
  messages: MessageSpan[];
  tools: ToolSpan[];
}

interface FoundMembers {
  fields: FieldSpan[];
  lists?: RecordLists;
}

/** Notes the members; with `lists` given, also the elements of those members. */
function scanObject(source: JsonSource, at: number, depth: number, found: FoundMembers): number {
  enter(at, depth);
  const { fields, lists } = found;
  return forEachMember(source, at, (keyStart, start, keyEnd) => {
    const name = readName(source, keyStart, keyEnd);
    const end = scanMember(source, start, depth, lists && { name, lists });
    fields.push({ name, keyStart, start, end });
    return end;
  });
}

function scanMember(
  source: JsonSource,
  start: number,
  depth: number,
  top: { name: string; lists: RecordLists } | undefined,
): number {
  if (top?.name === "messages") {
    const { messages } = top.lists;
    return scanRecords(source, start, depth, {
      watched: ["role", "content"],
      reset: () => (messages.length = 0),
      take: (span, role, content) => messages.push({ ...span, role, content }),
    });
  }
  if (top?.name === "tools") {
    const { tools } = top.lists;
    return scanRecords(source, start, depth, {
      watched: ["type", "name"],
      reset: () => (tools.length = 0),
      take: (span, type, name) => tools.push({ ...span, type, name }),
    });
  }
  return skipValue(source, start, depth);
}

interface RecordReader {
  /** The two members whose spans are wanted. */
  watched: readonly [string, string];
  /** Called at the start: of a repeated field the last counts. */
  reset(): unknown;
  take(span: Span, first: Span | undefined, second: Span | undefined): unknown;
}

function scanRecords(source: JsonSource, at: number, depth: number, reader: RecordReader): number {
  reader.reset();
  if (source.bytes[at] !== OPEN_ARRAY) return skipValue(source, at, depth);
  const [firstName, secondName] = reader.watched.map((name) => `"${name}"`) as [string, string];
  return forEachElement(source, at, (start) => {
    let first: Span | undefined;
    let second: Span | undefined;
    if (source.bytes[start] !== OPEN_OBJECT) {
      const end = skipValue(source, start, depth + 1);
      reader.take({ start, end }, first, second);
      return end;
    }
    const end = forEachMember(source, start, (keyStart, valueStart, keyEnd) => {
      const valueEnd = skipValue(source, valueStart, depth + 2);
      if (isName(source, firstName, keyStart, keyEnd)) first = { start: valueStart, end: valueEnd };
      else if (isName(source, secondName, keyStart, keyEnd)) second = { start: valueStart, end: valueEnd };
      return valueEnd;
    });
    reader.take({ start, end }, first, second);
    return end;
  });
}

/** Whether the name between these quotes is this one (given with its quotes), however it is spelt. */
function isName(source: JsonSource, quoted: string, keyStart: number, keyEnd: number): boolean {
  if (standsAt(source.bytes, keyStart, quoted)) return true;
  // Escapes make a name longer.
  if (keyEnd - keyStart < quoted.length + 5) return false;
  return `"${readName(source, keyStart, keyEnd)}"` === quoted;
}

function lastByName(fields: readonly FieldSpan[], name: string): FieldSpan | undefined {
  for (let index = fields.length - 1; index >= 0; index -= 1) {
    const field = fields[index];
    if (field?.name === name) return field;
  }
  return undefined;
}

function readName({ bytes }: JsonSource, start: number, end: number): string {
  const raw = bytes.toString("latin1", start + 1, end - 1);
  if (!raw.includes("\\") && !hasHighByte(raw)) return raw;
  try {
    return JSON.parse(`"${Buffer.from(raw, "latin1").toString("utf8")}"`) as string;
  } catch {
    throw new Unexpected(start, "a field name without broken escapes");
  }
}

function hasHighByte(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >= 0x80) return true;
  return false;
}

function decodeString(body: Buffer, span: Span): string {
  const raw = body.toString("utf8", span.start + 1, span.end - 1);
  if (!raw.includes("\\")) return raw;
  try {
    return JSON.parse(body.toString("utf8", span.start, span.end)) as string;
  } catch {
    throw jsonError(body, span.start, "a string without control characters and broken escapes", "one that has");
  }
}

function firstInvalidUtf8(body: Buffer): number {
  let low = 0;
  let high = body.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    // A prefix may end inside a character: up to three bytes more make it whole.
    const whole = [0, 1, 2, 3].some((more) => isUtf8(body.subarray(0, Math.min(body.length, middle + more))));
    if (whole) low = middle;
    else high = middle;
  }
  return low;
}
