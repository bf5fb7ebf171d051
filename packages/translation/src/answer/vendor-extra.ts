import { isRecord } from "../failure/is-record.ts";

export interface VendorExtra {
  isThought: boolean;
  signature?: string;
}

const NOTHING: VendorExtra = Object.freeze({ isThought: false });

/**
 * What Google's OpenAI endpoints say in `extra_content.<vendor>`: whether content is a thought, and the
 * thought signature of a call or of the text (ai.google.dev/gemini-api/docs/thought-signatures).
 */
export function readVendorExtra(extraContent: unknown): VendorExtra {
  if (!isRecord(extraContent)) return NOTHING;
  let isThought = false;
  let signature: string | undefined;
  for (const vendor of Object.values(extraContent)) {
    if (!isRecord(vendor)) continue;
    if (vendor["thought"] === true) isThought = true;
    const found = vendor["thought_signature"];
    if (typeof found === "string" && found !== "") signature = found;
  }
  return signature === undefined ? { isThought } : { isThought, signature };
}
