import { splitRuns } from "./split-runs.ts";

/** Counts the tokens of a piece of text. */
export type CountPiece = (piece: string) => number;

/** Nothing in a request is a special token, whatever it looks like. */
const PLAIN = { disallowedSpecial: new Set<string>() };

/** o200k_base. Its tables take some 75 MB and 0.1 s, so they are loaded when first needed; the module system keeps them. */
export async function loadEncoder(): Promise<CountPiece> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  return (piece) => countTokens(piece, PLAIN);
}

/** Characters after which other work gets its turn: some milliseconds of counting. */
const TURN = 65_536;

/** The tokens of all texts, in linear time, never long at a stretch. */
export async function countTexts(texts: Iterable<string>, countPiece: CountPiece): Promise<number> {
  let tokens = 0;
  let sinceTurn = 0;
  for (const text of texts) {
    for (const piece of splitRuns(text)) {
      tokens += countPiece(piece);
      sinceTurn += piece.length;
      if (sinceTurn < TURN) continue;
      sinceTurn = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return tokens;
}
