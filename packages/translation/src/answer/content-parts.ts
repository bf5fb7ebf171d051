import { isRecord } from "../failure/is-record.ts";

export interface ReadPart {
  kind: "text" | "reasoning";
  text: string;
}

/** `content` as a string, or as parts (Mistral: `text`, and `thinking` with parts of its own). */
export function readContent(content: unknown): ReadPart[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (!Array.isArray(content)) return [];
  const parts: ReadPart[] = [];
  for (const part of content) {
    if (!isRecord(part)) continue;
    const thinking = part["thinking"];
    if (thinking !== undefined) parts.push({ kind: "reasoning", text: textOf(thinking) });
    else if (typeof part["text"] === "string") parts.push({ kind: "text", text: part["text"] });
  }
  return parts.filter((part) => part.text !== "");
}

function textOf(thinking: unknown): string {
  if (typeof thinking === "string") return thinking;
  if (!Array.isArray(thinking)) return "";
  return thinking.map((part) => (isRecord(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
}
