import type { UnknownBlock } from "@switchyard/wire";

import { isRecord } from "./invalid-request.ts";

/** Longest rendering of one block, in characters. */
const MAX_LENGTH = 20_000;
/** Only the issuer can read these. */
const OPAQUE_FIELD = /^(encrypted_|signature$|cache_control$|caller$|file_id$)/;

/**
 * Blocks of tools that the Messages API executed itself, as a model of another make can read them. undefined
 * for any other block.
 */
export function serverBlockText(block: UnknownBlock): string | undefined {
  const { type } = block;
  if (type === "server_tool_use" || type === "mcp_tool_use")
    return `[Server tool ${String(block["name"])} was called with ${JSON.stringify(block["input"] ?? {})}]`;
  if (type === "compaction")
    return typeof block["content"] === "string" ? `[Summary of the conversation so far]\n${block["content"]}` : "";
  if (type === "mcp_tool_listing" || type === "fallback") return "";
  if (type !== "tool_result" && type.endsWith("_tool_result")) {
    const name = type.slice(0, -"_tool_result".length);
    const result = readable(block["content"]);
    const text = result.length > MAX_LENGTH ? `${result.slice(0, MAX_LENGTH)}\n[cut off]` : result;
    return `[Result of server tool ${name}]\n${text}`;
  }
  return undefined;
}

function readable(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(readable).join("\n");
  if (!isRecord(value)) return value === undefined || value === null ? "" : JSON.stringify(value);
  if (typeof value["text"] === "string") return value["text"];
  if (typeof value["error_code"] === "string") return `failed: ${value["error_code"]}`;
  if (typeof value["title"] === "string" && typeof value["url"] === "string")
    return `- ${value["title"]}: ${value["url"]}`;
  const lines: string[] = [];
  for (const [field, inner] of Object.entries(value)) {
    if (field === "type" || inner === null || OPAQUE_FIELD.test(field)) continue;
    // Base64 is of no use as text.
    if (field === "source" && isRecord(inner) && inner["type"] === "base64") continue;
    const text = readable(inner);
    if (text !== "") lines.push(isRecord(inner) || Array.isArray(inner) ? text : `${field}: ${text}`);
  }
  return lines.join("\n");
}
