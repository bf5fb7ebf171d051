/** A simulator's count: four bytes of text are one token. Never 0 for a text that is there. */
export function estimateTokens(text: string): number {
  return text === "" ? 0 : Math.ceil(Buffer.byteLength(text) / 4);
}
