import { estimateTokens } from "../engine/estimate-tokens.ts";

/** What a picture counts, whatever its size. */
const TOKENS_PER_IMAGE = 1_000;

/** Estimate of a request's input: its text, with a flat price for every embedded picture or file. */
export function estimateInputTokens(bodyText: string): number {
  let images = 0;
  const text = bodyText.replaceAll(/data:[a-zA-Z0-9.+/-]+;base64,[A-Za-z0-9+/=]+/g, () => {
    images += 1;
    return "";
  });
  return estimateTokens(text) + images * TOKENS_PER_IMAGE;
}
