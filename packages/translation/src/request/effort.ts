import type { MessageParam } from "@switchyard/wire";

import { isRecord } from "./invalid-request.ts";

/** Every effort that an API knows, in rising order. "none" means no reasoning at all. */
const SCALE = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/** What the Messages API does when no effort is given (platform.claude.com/docs/en/build-with-claude/effort). */
export const DEFAULT_EFFORT = "high";

/**
 * The target's effort that is nearest to the one asked for, the higher one of two equally near; never "none".
 * undefined where the target takes none at all.
 */
export function nearestEffort(asked: string, efforts: readonly string[]): string | undefined {
  if (asked !== "none" && efforts.includes(asked)) return asked;
  // A word that nobody knows yet is most likely beyond the known ones.
  const rank = SCALE.includes(asked) ? SCALE.indexOf(asked) : SCALE.length;
  let nearest: string | undefined;
  let smallest = Infinity;
  for (const effort of efforts) {
    const its = SCALE.indexOf(effort);
    if (its <= 0) continue;
    const distance = Math.abs(its - rank);
    if (distance <= smallest) {
      nearest = effort;
      smallest = distance;
    }
  }
  return nearest;
}

/** The least reasoning that the target can be asked for; "none" where it takes that. */
export function lowestEffort(efforts: readonly string[]): string | undefined {
  return efforts.includes("none") ? "none" : nearestEffort("minimal", efforts);
}

/** Budget of thinking in tokens → effort: ≤ 4,096 low, ≤ 16,384 medium, ≤ 32,768 high, above xhigh. */
export function effortOfBudget(budget: number): string {
  if (budget <= 4096) return "low";
  if (budget <= 16_384) return "medium";
  return budget <= 32_768 ? "high" : "xhigh";
}

/**
 * The effort that system messages in the conversation set for the coming answer; it holds until another changes
 * it. Right after a user turn with new input it counts at once, elsewhere from the next such turn on
 * (platform.claude.com/docs/en/build-with-claude/effort-per-message).
 */
export function effortOfMessages(messages: readonly MessageParam[]): string | undefined {
  let current: string | undefined;
  let coming: string | undefined;
  let afterInput = false;
  for (const message of messages) {
    if (message.role === "system") {
      const config = (message as { output_config?: unknown }).output_config;
      const effort = isRecord(config) ? config["effort"] : undefined;
      if (typeof effort !== "string") continue;
      coming = effort;
      if (afterInput) current = effort;
    } else {
      afterInput = message.role === "user" && hasNewInput(message);
      if (afterInput) current = coming ?? current;
    }
  }
  return current;
}

function hasNewInput(message: MessageParam): boolean {
  return typeof message.content === "string" || message.content.some((block) => block.type !== "tool_result");
}
