import { findMessageTexts, type MessagesRequest, type Span } from "@switchyard/wire";

/** A request that was parsed without the long texts of its messages: tokens stand in their places. */
export interface ParsedRequest {
  readonly request: MessagesRequest;
  /** The JSON of what became of the request, the texts back in their places, byte for byte as they came. */
  readonly complete: (json: string) => Buffer;
}

/** Bodies smaller than this are parsed as fast as they are walked. */
const WORTHWHILE_BYTES = 32_768;
/** A text shorter than this costs less than its token. */
const LONG_TEXT_BYTES = 1024;

/**
 * Parses a request. Nearly all of a large one is text that the conversion passes on as it is: to unescape it
 * and to escape it again would be most of the work. So long texts stay bytes. The escapes inside of them are
 * the upstream's to check.
 *
 * @param mark starts every token: printable ASCII without quotes and backslashes that nobody outside can guess
 * @throws SyntaxError when the body is not JSON
 */
export function parseRequest(body: Buffer, mark: string): ParsedRequest {
  const texts = body.length < WORTHWHILE_BYTES ? [] : findMessageTexts(body, LONG_TEXT_BYTES);
  const request = JSON.parse(withTokens(body, texts, mark)) as MessagesRequest;
  return {
    request,
    complete: (json) => (texts.length === 0 ? Buffer.from(json) : putBack(json, { body, texts, mark })),
  };
}

/** Ends a token, so that the number before it is whole. */
const TOKEN_END = "!";

function withTokens(body: Buffer, texts: readonly Span[], mark: string): string {
  let skeleton = "";
  let at = 0;
  for (const [index, { start, end }] of texts.entries()) {
    skeleton += `${body.toString("utf8", at, start + 1)}${mark}${index}${TOKEN_END}`;
    at = end - 1;
  }
  return skeleton + body.toString("utf8", at);
}

interface TextSource {
  body: Buffer;
  texts: readonly Span[];
  mark: string;
}

/** What is escaped in one JSON string is so in any other: the bytes can stand there, alone or beside other text. */
function putBack(json: string, source: TextSource): Buffer {
  const pieces = cut(json, source);
  let length = 0;
  for (const piece of pieces) length += typeof piece === "string" ? Buffer.byteLength(piece) : piece.end - piece.start;
  const whole = Buffer.allocUnsafe(length);
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") at += whole.write(piece, at);
    else at += source.body.copy(whole, at, piece.start, piece.end);
  }
  return whole;
}

/** JSON as it is, and texts without their quotes, in turn. */
function cut(json: string, { texts, mark }: TextSource): (string | Span)[] {
  const pieces: (string | Span)[] = [];
  let from = 0;
  for (let at = json.indexOf(mark); at !== -1; at = json.indexOf(mark, from)) {
    const end = json.indexOf(TOKEN_END, at);
    const text = texts[Number(json.slice(at + mark.length, end))];
    if (text === undefined) throw new RangeError("A token stands for no text of its request");
    pieces.push(json.slice(from, at), { start: text.start + 1, end: text.end - 1 });
    from = end + TOKEN_END.length;
  }
  pieces.push(json.slice(from));
  return pieces;
}
