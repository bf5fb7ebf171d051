import type { ContentBlock, DocumentBlock } from "@switchyard/wire";

import type { TranslationTarget } from "../contract.ts";
import type { ContentPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { beyondTarget, invalidRequest, isRecord, requireString } from "./invalid-request.ts";
import type { Place } from "./place.ts";
import { pathOf } from "./place.ts";

const PDF = "application/pdf";

/**
 * A document as the target can take it: plain text as text under its title, a PDF as a file part. Throws a
 * capability error that names the block where the target cannot.
 */
export function documentParts(
  block: DocumentBlock,
  target: TranslationTarget,
  place: Place,
  readInner: (blocks: ContentBlock[]) => ContentPart[],
): ContentPart[] {
  if (target.documents === "none") throw beyondTarget(pathOf(place), `${target.model} does not take document blocks`);
  const source: unknown = block.source;
  if (!isRecord(source)) throw invalidRequest(pathOf(place, "source"), "Field required");
  switch (block.source.type) {
    case "text":
      return [asText(block, requireString(block.source.data, pathOf(place, "source.data")))];
    case "content": {
      const content = block.source.content;
      if (typeof content === "string") return [asText(block, content)];
      if (!Array.isArray(content))
        throw invalidRequest(pathOf(place, "source.content"), "Input should be a valid list");
      return [asText(block, ""), ...readInner(content)].filter((part) => part.kind !== "text" || part.text !== "");
    }
    case "base64": {
      const data = requireString(block.source.data, pathOf(place, "source.data"));
      const mediaType = block.source.media_type;
      if (mediaType.startsWith("text/")) return [asText(block, Buffer.from(data, "base64").toString("utf8"))];
      if (mediaType !== PDF) throw invalidRequest(pathOf(place, "source.media_type"), `Input should be '${PDF}'`);
      requireFiles(target, place);
      return withHeader(block, {
        kind: "file",
        filename: fileName(block),
        source: { data: `data:${PDF};base64,${data}` },
      });
    }
    case "url":
      requireFiles(target, place);
      if (target.dialect === "chat" && target.documentUrls !== true)
        throw beyondTarget(
          pathOf(place, "source"),
          `${target.model} does not take documents by URL; send the file itself`,
        );
      return withHeader(block, {
        kind: "file",
        filename: fileName(block),
        source: { url: requireString(block.source.url, pathOf(place, "source.url")) },
      });
    case "file":
      throw beyondTarget(
        pathOf(place, "source"),
        "documents of the Files API can only be read where they were uploaded",
      );
    default:
      throw invalidRequest(pathOf(place, "source.type"), `Unknown document source '${String(source["type"])}'`);
  }
}

function requireFiles(target: TranslationTarget, place: Place): void {
  if (target.documents !== "file")
    throw beyondTarget(pathOf(place), `${target.model} takes documents as plain text only, not as PDF`);
}

function asText(block: DocumentBlock, data: string): ContentPart {
  return textPart(data === "" ? headerOf(block).trimEnd() : headerOf(block) + data, block.cache_control);
}

function withHeader(block: DocumentBlock, file: ContentPart): ContentPart[] {
  const part = block.cache_control ? { ...file, cache: block.cache_control } : file;
  // The title is the file's name already.
  return block.context ? [textPart(block.context), part] : [part];
}

function headerOf(block: DocumentBlock): string {
  const title = block.title ? `# ${block.title}\n\n` : "";
  return block.context ? `${title}${block.context}\n\n` : title;
}

function fileName(block: DocumentBlock): string {
  const title = block.title?.replace(/[/\\\0]/g, "_") ?? "";
  if (title === "") return "document.pdf";
  return /\.pdf$/i.test(title) ? title : `${title}.pdf`;
}
