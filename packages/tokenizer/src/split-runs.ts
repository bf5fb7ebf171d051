/** Longest run of one kind of character that the encoder gets in one piece. */
export const LONGEST_RUN = 128;

/** Most characters of one piece, so that other work gets its turn between two of them. */
export const LONGEST_PIECE = 16_384;

type Kind = "letter" | "space" | "digit" | "other";

/**
 * Cuts a text into pieces that a byte pair encoder takes in linear time. It splits a text into runs of
 * letters, blanks, digits and other signs and merges within each, in time that grows with the square of
 * the run: 100,000 times "a" takes seconds. A cut costs a token at most, and only where no word is that
 * long. One pass; the pieces together are the text.
 */
export function* splitRuns(text: string): Generator<string> {
  let start = 0;
  let run = 0;
  let kind: Kind | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const next = kindOf(text.charCodeAt(index));
    run = next === kind ? run + 1 : 1;
    kind = next;
    const full = run > LONGEST_RUN || index - start >= LONGEST_PIECE;
    if (!full || isLowSurrogate(text.charCodeAt(index))) continue;
    yield text.slice(start, index);
    start = index;
    run = 1;
  }
  if (start < text.length) yield text.slice(start);
}

/** Coarser than the encoder's own kinds, so that a run here is never shorter than one there. */
function kindOf(code: number): Kind {
  if (code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0) return "space";
  if (code >= 0x30 && code <= 0x39) return "digit";
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) return "letter";
  // Beyond ASCII letters and signs are not told apart: scripts without blanks make long runs of both.
  return code < 0x80 ? "other" : "letter";
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
