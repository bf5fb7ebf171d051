import { calibrationOf } from "./calibration.ts";
import { collectContent } from "./collect-content.ts";
import type { CountPiece } from "./text-counter.ts";
import { countTexts, loadEncoder } from "./text-counter.ts";

export interface CountOptions {
  /** Whose tokens are counted; default: the request's own `model`. */
  model?: string;
  /** Instead of o200k_base. */
  countPiece?: CountPiece;
}

/**
 * An estimate of a Messages request's input tokens, over system, messages, tools with their schemas,
 * tool results, thinking, images by size and documents by page, in the named model's tokens. Never
 * throws for what a request holds; takes linear time and lets other work in between.
 */
export async function countTokens(request: unknown, options: CountOptions = {}): Promise<number> {
  const model = options.model ?? modelOf(request);
  const calibration = calibrationOf(model);
  const { texts, textTokens, otherTokens } = collectContent(request, calibration);
  const counted = texts.length === 0 ? 0 : await countTexts(texts, options.countPiece ?? (await loadEncoder()));
  return Math.ceil((counted + textTokens) * calibration.textFactor + otherTokens);
}

function modelOf(request: unknown): string {
  const model = (request as { model?: unknown } | null | undefined)?.model;
  return typeof model === "string" ? model : "";
}
