import type { BodyScan, Warning } from "@switchyard/wire";
import { IMAGE_NOT_SEEN } from "@switchyard/translation";

import { type BlockSpan, type MessageChanges, memberOf } from "./message-changes.ts";

const REPLACEMENT = JSON.stringify({ type: "text", text: IMAGE_NOT_SEEN });

/**
 * Puts a sentence in the place of each image, for a model that has no eyes: a conversation that holds one
 * would else be refused from then on, at every turn.
 */
export function replaceImages(scan: BodyScan, changes: MessageChanges): Warning[] {
  let replaced = 0;
  for (const index of changes.messages.keys()) {
    if (!changes.mentions(index, '"image"')) continue;
    for (const image of findImages(scan, changes, index)) {
      changes.edit(index, { start: image.start, end: image.end, replacement: REPLACEMENT });
      replaced += 1;
    }
  }
  if (replaced === 0) return [];
  return [{ code: "image-not-seen", message: `${replaced} image(s) became a sentence: the model takes none` }];
}

/** Images of a turn and of its tool results. */
function findImages(scan: BodyScan, changes: MessageChanges, index: number): BlockSpan[] {
  return changes.blocks(index).flatMap((block) => {
    if (block.type === "image") return [block];
    const content = block.type === "tool_result" ? memberOf(block, "content") : undefined;
    if (content === undefined || scan.kind(content) !== "array") return [];
    return changes.blocksAt(content).filter(({ type }) => type === "image");
  });
}
