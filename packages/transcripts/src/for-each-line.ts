import { createReadStream } from "node:fs";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const CHUNK_BYTES = 256 * 1024;

export interface LineReader {
  /** Called in order, without the line's end; the buffer is only good during the call. Empty lines are left out. */
  onLine(line: Buffer): void;
  /** A line longer than `maxLineBytes` was dropped. */
  onTooLong(): void;
  maxLineBytes: number;
}

/** Reads a file line by line and holds no more than a line of it. Gives the bytes read; rejects when it cannot be read. */
export async function forEachLine(path: string, reader: LineReader): Promise<number> {
  let parts: Buffer[] = [];
  let held = 0;
  let dropping = false;
  let bytes = 0;

  const hold = (part: Buffer): void => {
    held += part.length;
    if (held > reader.maxLineBytes) dropping = true;
    if (dropping) parts = [];
    else parts.push(part);
  };
  const finish = (): void => {
    if (dropping) reader.onTooLong();
    else if (held > 0) tellLine(reader, parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    parts = [];
    held = 0;
    dropping = false;
  };

  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end));
      finish();
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  finish();
  return bytes;
}

function tellLine(reader: LineReader, line: Buffer): void {
  const whole = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  if (whole.length > 0) reader.onLine(whole);
}
