import { estimateTokens } from "../../engine/estimate-tokens.ts";

const BASE64_DATA = /"data":"[A-Za-z0-9+/=]{256,}"/g;
/** A picture or a page counts by its size on screen, not by the length of its file. */
const TOKENS_PER_ATTACHMENT = 1_600;

/** What frames the parts: never cached. */
export const FRAME_TOKENS = 3;

/** A simulator's count of one part of a prompt, given as JSON text. */
export function estimatePartTokens(text: string): number {
  let attachments = 0;
  const rest = text.replaceAll(BASE64_DATA, () => {
    attachments += 1;
    return "";
  });
  return estimateTokens(rest) + attachments * TOKENS_PER_ATTACHMENT;
}
