import { GatewayError } from "./errors.ts";

/** The 400 for a body that is not JSON; says where by line, column (UTF-16 units) and byte. */
export function jsonError(body: Buffer, offset: number, expected: string, found: string): GatewayError {
  const { line, column } = positionOf(body, offset);
  return new GatewayError(
    "invalid_request_error",
    `The request body is not valid JSON: expected ${expected}, found ${found}: line ${line} column ${column} (byte ${offset})`,
  );
}

/** Line and column, both from 1, of a byte offset. */
function positionOf(body: Buffer, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = body.indexOf(0x0a); at !== -1 && at < offset; at = body.indexOf(0x0a, at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: body.toString("utf8", lineStart, offset).length + 1 };
}

/** What stands at an offset, for people. */
export function describeFinding(body: Buffer, offset: number): string {
  if (body.length === 0) return "an empty body";
  const code = body[offset];
  if (code === undefined) return "the end of the body";
  if (code === 0xef && body[offset + 1] === 0xbb) return "a byte order mark";
  if (code < 0x20 || code === 0x7f) return `the control character 0x${code.toString(16).padStart(2, "0")}`;
  const character = body.toString("utf8", offset, offset + 4).codePointAt(0) ?? 0;
  return JSON.stringify(String.fromCodePoint(character));
}
