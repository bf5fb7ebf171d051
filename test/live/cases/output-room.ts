import type { LiveTarget } from "../live-case.ts";

/** Tokens for a short answer: models that reason without being asked spend most of them on that. */
export function outputRoom({ model, claude }: LiveTarget): number {
  if (claude !== undefined) return claude.thinking.includes("disabled") ? 128 : 768;
  return model.capabilities.thinking ? 768 : 128;
}

/** Tokens for an answer that was asked to think first. */
export const THINKING_ROOM = 1600;
