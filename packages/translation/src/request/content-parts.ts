import type { ContentBlock, ImageBlock, TextBlock, UnknownBlock } from "@switchyard/wire";

import type { TranslationTarget } from "../contract.ts";
import type { ContentPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { documentParts } from "./document-part.ts";
import { beyondTarget, invalidRequest, isObject, isRecord, requireString } from "./invalid-request.ts";
import type { Place } from "./place.ts";
import { pathOf } from "./place.ts";

const IMAGE_TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/**
 * Stands where an image was, for a model that has no eyes. Refusing instead would end the session for good: the image
 * stays in the conversation, and every later turn would be refused with it.
 */
export const IMAGE_NOT_SEEN = "[An image stood here. This model cannot see images.]";

/**
 * Appends what a block of a user turn or a tool result says. Returns false for a block type that does not
 * belong there; the caller knows what else it may be.
 */
export function appendContent(
  parts: ContentPart[],
  block: ContentBlock,
  target: TranslationTarget,
  place: Place,
): boolean {
  switch (block.type) {
    case "text":
      appendText(parts, block, place);
      return true;
    case "image":
      parts.push(imagePart(block, target, place));
      return true;
    case "document":
      parts.push(...documentParts(block, target, place, (blocks) => readBlocks(blocks, target, place)));
      return true;
    default:
      return appendSearchResult(parts, block as UnknownBlock, place);
  }
}

/** Empty text blocks say nothing and are refused by most upstreams: they are dropped. */
export function appendText(parts: ContentPart[], block: TextBlock, place: Place): void {
  const text = requireString(block.text, pathOf(place, "text"));
  if (text !== "") parts.push(textPart(text, block.cache_control));
}

export function unknownBlock(block: { type: string }, place: Place): Error {
  return invalidRequest(pathOf(place), `content blocks of type '${block.type}' are not supported here`);
}

function readBlocks(blocks: ContentBlock[], target: TranslationTarget, place: Place): ContentPart[] {
  const parts: ContentPart[] = [];
  for (const block of blocks) {
    if (!isObject(block)) throw invalidRequest(pathOf(place), "Input should be a list of content blocks");
    if (!appendContent(parts, block, target, place)) throw unknownBlock(block, place);
  }
  return parts;
}

function imagePart(block: ImageBlock, target: TranslationTarget, place: Place): ContentPart {
  if (!target.images) {
    place.imagesNotSeen += 1;
    return textPart(IMAGE_NOT_SEEN);
  }
  const url = imageUrl(block, place);
  return block.cache_control ? { kind: "image", url, cache: block.cache_control } : { kind: "image", url };
}

function imageUrl(block: ImageBlock, place: Place): string {
  const source: unknown = block.source;
  if (!isRecord(source)) throw invalidRequest(pathOf(place, "source"), "Field required");
  switch (block.source.type) {
    case "base64": {
      if (!IMAGE_TYPES.has(block.source.media_type))
        throw invalidRequest(
          pathOf(place, "source.media_type"),
          `Input should be one of ${[...IMAGE_TYPES].join(", ")}`,
        );
      return `data:${block.source.media_type};base64,${requireString(block.source.data, pathOf(place, "source.data"))}`;
    }
    case "url":
      return requireString(block.source.url, pathOf(place, "source.url"));
    case "file":
      throw beyondTarget(pathOf(place, "source"), "images of the Files API can only be read where they were uploaded");
    default:
      throw invalidRequest(pathOf(place, "source.type"), `Unknown image source '${String(source["type"])}'`);
  }
}

/** A search_result block is text with a source; any other type is not ours. */
function appendSearchResult(parts: ContentPart[], block: UnknownBlock, place: Place): boolean {
  if (block.type !== "search_result") return false;
  const title = requireString(block["title"], pathOf(place, "title"));
  const lines = [`${title} (${requireString(block["source"], pathOf(place, "source"))})`];
  if (Array.isArray(block["content"]))
    for (const inner of block["content"] as TextBlock[])
      lines.push(requireString(inner.text, pathOf(place, "content")));
  parts.push(textPart(lines.join("\n")));
  return true;
}
