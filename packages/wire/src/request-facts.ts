import { GatewayError } from "./errors.ts";
import type { BodyScan, Span } from "./span-scanner.ts";

/** What the gateway decides by; read from spans, the body is never built. */
export interface RequestFacts {
  model: string;
  /** Absent only where tokens are counted. */
  maxTokens?: number;
  stream: boolean;
  messageCount: number;
  /** `thinking.type`, e.g. "adaptive". */
  thinkingType?: string;
  /** `output_config.effort`. */
  effort?: string;
  toolCount: number;
  /** Types of tools that are not plain client tools, as asked, e.g. "web_search_20250305". */
  typedTools: readonly string[];
  images: boolean;
  /** How many images there are, and how many bytes of the body their blocks take; absent where there are none. */
  imageCount?: number;
  imageBytes?: number;
  documents: boolean;
  /** No thinking in it bears the mark of this mesh; absent: some does. */
  unmarked?: true;
  /** From `metadata.user_id`. */
  sessionId?: string;
  bytes: number;
  /** From the body's length; images and documents by their usual weight. */
  estimatedInputTokens: number;
}

export type RequestKind = "messages" | "count_tokens";

/** Bytes of JSON per token, over Claude Code's requests. */
const BYTES_PER_TOKEN = 3.5;
/** A full-size image (platform.claude.com/docs/en/build-with-claude/vision). */
const TOKENS_PER_IMAGE = 1600;
/** Base64 bytes per token of a PDF page of about 100 KB and 2,000 tokens. */
const DOCUMENT_BYTES_PER_TOKEN = 60;

const ROLES = new Set(["user", "assistant", "system"]);

/**
 * Checks the fields that every target needs and reads what routing wants to know. Everything else is left
 * to the upstream's own check.
 * @throws GatewayError invalid_request_error that names the path, in the API's wording.
 */
export function readRequestFacts(scan: BodyScan, kind: RequestKind = "messages"): RequestFacts {
  const model = readModel(scan);
  const maxTokens = readMaxTokens(scan, kind);
  checkMessages(scan);
  const stream = readFlag(scan, "stream");
  checkKind(scan, "system", ["string", "array"]);
  checkKind(scan, "tools", ["array"]);
  checkKind(scan, "thinking", ["object"]);
  const thinkingType = scan.readString(scan.member(scan.field("thinking"), "type"));
  const effort = scan.readString(scan.member(scan.field("output_config"), "effort"));
  const sessionId = readSessionId(scan);
  const { media, unmarked } = readHistory(scan);
  return {
    model,
    ...(maxTokens === undefined ? {} : { maxTokens }),
    stream,
    messageCount: scan.messages.length,
    ...(thinkingType === undefined ? {} : { thinkingType }),
    ...(effort === undefined ? {} : { effort }),
    toolCount: scan.tools.length,
    typedTools: readTypedTools(scan),
    images: media.images > 0,
    ...(media.images > 0 ? { imageCount: media.images, imageBytes: media.imageBytes } : {}),
    documents: media.documents > 0,
    ...(unmarked ? { unmarked } : {}),
    ...(sessionId === undefined ? {} : { sessionId }),
    bytes: scan.body.length,
    estimatedInputTokens: estimateTokens(scan.body.length, media),
  };
}

function invalid(path: string, problem: string): GatewayError {
  return new GatewayError("invalid_request_error", `${path}: ${problem}`);
}

function readModel(scan: BodyScan): string {
  const field = scan.field("model");
  if (field === undefined) throw invalid("model", "Field required");
  const model = scan.readString(field);
  if (model === undefined) throw invalid("model", "Input should be a valid string");
  if (model.trim() === "") throw invalid("model", "String should have at least 1 character");
  return model;
}

function readMaxTokens(scan: BodyScan, kind: RequestKind): number | undefined {
  const field = scan.field("max_tokens");
  if (kind === "count_tokens") return scan.readNumber(field);
  if (field === undefined) throw invalid("max_tokens", "Field required");
  const maxTokens = scan.readNumber(field);
  if (maxTokens === undefined || !Number.isInteger(maxTokens)) {
    throw invalid("max_tokens", "Input should be a valid integer");
  }
  if (maxTokens < 1) throw invalid("max_tokens", "Input should be greater than or equal to 1");
  return maxTokens;
}

function checkMessages(scan: BodyScan): void {
  const field = scan.field("messages");
  if (field === undefined) throw invalid("messages", "Field required");
  if (scan.kind(field) !== "array") throw invalid("messages", "Input should be a valid list");
  if (scan.messages.length === 0) throw invalid("messages", "at least one message is required");
  for (const [index, message] of scan.messages.entries()) {
    if (scan.kind(message) !== "object") throw invalid(`messages.${index}`, "Input should be an object");
    checkRole(scan, `messages.${index}.role`, message.role);
    checkContent(scan, `messages.${index}.content`, message.content);
  }
}

function checkRole(scan: BodyScan, path: string, span: Span | undefined): void {
  if (span === undefined) throw invalid(path, "Field required");
  const role = scan.readString(span);
  if (role === undefined || !ROLES.has(role)) {
    throw invalid(path, "Input should be 'user', 'assistant' or 'system'");
  }
}

function checkContent(scan: BodyScan, path: string, span: Span | undefined): void {
  if (span === undefined) throw invalid(path, "Field required");
  const kind = scan.kind(span);
  if (kind !== "string" && kind !== "array") throw invalid(path, "Input should be a valid string or list");
}

const KIND_NAMES = { string: "string", array: "list", object: "dictionary" } as const;

function checkKind(scan: BodyScan, name: string, kinds: readonly ("string" | "array" | "object")[]): void {
  const field = scan.field(name);
  if (field === undefined) return;
  const kind = scan.kind(field);
  if (kind === "null" || (kinds as readonly string[]).includes(kind)) return;
  throw invalid(name, `Input should be a valid ${kinds.map((one) => KIND_NAMES[one]).join(" or ")}`);
}

function readFlag(scan: BodyScan, name: string): boolean {
  const field = scan.field(name);
  if (field === undefined || scan.kind(field) === "null") return false;
  const flag = scan.readBoolean(field);
  if (flag === undefined) throw invalid(name, "Input should be a valid boolean");
  return flag;
}

function readTypedTools(scan: BodyScan): string[] {
  const types: string[] = [];
  for (const [index, tool] of scan.tools.entries()) {
    if (scan.kind(tool) !== "object") throw invalid(`tools.${index}`, "Input should be an object");
    const type = scan.readString(tool.type);
    if (type !== undefined && type !== "custom") types.push(type);
  }
  return types;
}

/**
 * Claude Code puts a JSON text with `session_id` into `metadata.user_id`; its older versions wrote
 * `user_…_session_<uuid>`.
 */
function readSessionId(scan: BodyScan): string | undefined {
  const userId = scan.readString(scan.member(scan.field("metadata"), "user_id"));
  if (userId === undefined) return undefined;
  const found = /"session_id"\s*:\s*"([^"]+)"/.exec(userId) ?? /_session_([\w-]+)$/.exec(userId);
  return found?.[1];
}

interface Media {
  images: number;
  documents: number;
  imageBytes: number;
  documentBytes: number;
}

interface History {
  media: Media;
  unmarked: boolean;
}

const MEDIA_WORD = /"(?:image|document)"/;
/** THINKING_MARK where a block of thinking has its signature or its data. */
const MARKED_FIELD = /"(?:signature|data)"\s{0,8}:\s{0,8}"sw1\./;
/** Both at once: most conversations hold neither, and one look tells. */
const EITHER = new RegExp(`${MEDIA_WORD.source}|${MARKED_FIELD.source}`);

/** Images, documents and marked thinking among the blocks; only messages in which such a word stands are walked. */
function readHistory(scan: BodyScan): History {
  const media: Media = { images: 0, documents: 0, imageBytes: 0, documentBytes: 0 };
  const all = scan.field("messages");
  if (all === undefined || !scan.mentions(EITHER, all)) return { media, unmarked: true };
  for (const { content } of scan.messages) {
    if (content !== undefined && scan.mentions(MEDIA_WORD, content)) countMedia(scan, content, media);
  }
  return { media, unmarked: !scan.mentions(MARKED_FIELD, all) };
}

function countMedia(scan: BodyScan, content: Span, media: Media): void {
  if (scan.kind(content) !== "array") return;
  for (const block of scan.elements(content)) {
    if (scan.kind(block) !== "object") continue;
    const members = scan.members(block);
    const type = scan.readString(members.findLast(({ name }) => name === "type"));
    if (type === "image") {
      media.images += 1;
      media.imageBytes += block.end - block.start;
    } else if (type === "document") {
      media.documents += 1;
      media.documentBytes += block.end - block.start;
    } else if (type === "tool_result") {
      const inner = members.findLast(({ name }) => name === "content");
      if (inner !== undefined) countMedia(scan, inner, media);
    }
  }
}

function estimateTokens(bytes: number, media: Media): number {
  const text = bytes - media.imageBytes - media.documentBytes;
  return Math.ceil(
    text / BYTES_PER_TOKEN + media.images * TOKENS_PER_IMAGE + media.documentBytes / DOCUMENT_BYTES_PER_TOKEN,
  );
}
