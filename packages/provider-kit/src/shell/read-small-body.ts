import type { Readable } from "node:stream";

/** More is cut: the beginning of an error says what is wrong. */
const MAX_BYTES = 1_048_576;
/** An upstream that has refused gets this long to say why, in ms. */
const TIMEOUT_MS = 10_000;

/** A short answer, as far as it comes; of an error the status counts even when the rest is missing. */
export async function readSmallBody(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => body.destroy(), TIMEOUT_MS);
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > MAX_BYTES) break;
    }
  } catch {
    // Cut off: what came is what there is.
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
  return Buffer.concat(chunks).toString("utf8");
}
