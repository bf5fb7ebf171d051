import type { Rejection } from "./limit-observation.ts";

/**
 * The name of a rejection that means the thinking in a conversation's history, whoever issued it ("Invalid `signature`
 * in `thinking` block"): no field of the body, but every block of thinking.
 */
export const THINKING_HISTORY = "thinking_signature";

/** The name of a rejection that means thinking while a tool loop goes on that another model began. */
export const THINKING_IN_LOOP = "thinking_in_tool_loop";

/**
 * True where a refusal tells of the target, so that later requests go without, too. What tells of one conversation is
 * left out of the one request that was refused, and not kept.
 */
export function isLastingRejection({ kind, name }: Rejection): boolean {
  return kind === "beta" || (name !== THINKING_HISTORY && name !== THINKING_IN_LOOP);
}
