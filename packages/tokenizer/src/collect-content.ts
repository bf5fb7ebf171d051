import type { Calibration } from "./calibration.ts";
import { base64ImageTokens, UNKNOWN_IMAGE_TOKENS } from "./image-tokens.ts";
import { countPdfPages, PAGE_IMAGE_TOKENS, PAGE_TEXT_TOKENS, UNKNOWN_DOCUMENT_PAGES } from "./pdf-pages.ts";

/** What a request holds, as far as it costs tokens. */
export interface Content {
  texts: string[];
  /** Tokens of o200k_base for text that is not to be had. */
  textTokens: number;
  /** Tokens of the model, for what is no text. */
  otherTokens: number;
}

/** What the API puts around parts of a request; a request of a system prompt and "Hello, Claude" counts 14. */
const OVERHEAD = { message: 4, system: 2, block: 2, toolUse: 10, tool: 8 } as const;

/** Encrypted thinking: base64 of the text, four letters of which make a token. */
const ENCRYPTED_DIGITS_PER_TOKEN = (4 / 3) * 4;

type Fields = Readonly<Record<string, unknown>>;

/** Everything in a request that the model reads: system, messages, tools. Lenient: what is malformed counts nothing. */
export function collectContent(request: unknown, calibration: Calibration): Content {
  const content: Content = { texts: [], textTokens: 0, otherTokens: 0 };
  const collector = createCollector(content, calibration);
  const { system, messages, tools } = isFields(request) ? request : {};
  if (system !== undefined) {
    content.otherTokens += OVERHEAD.system;
    collector.addBlocks(system);
  }
  for (const message of listOf(messages)) {
    content.otherTokens += OVERHEAD.message;
    collector.addBlocks(message["content"]);
  }
  collector.addTools(listOf(tools));
  return content;
}

function createCollector(content: Content, { image, toolPrompt }: Calibration) {
  const referenced = new Set<unknown>();

  const addText = (text: unknown): void => {
    if (typeof text === "string" && text !== "") content.texts.push(text);
  };
  const addJson = (value: unknown): void => addText(value === undefined ? undefined : JSON.stringify(value));
  const addPages = (pages: number): void => {
    content.textTokens += pages * PAGE_TEXT_TOKENS;
    content.otherTokens += pages * PAGE_IMAGE_TOKENS;
  };
  const addEncrypted = (digits: unknown): void => {
    if (typeof digits === "string") content.otherTokens += Math.ceil(digits.length / ENCRYPTED_DIGITS_PER_TOKEN);
  };

  function addBlocks(blocks: unknown): void {
    if (typeof blocks === "string") addText(blocks);
    else for (const block of listOf(blocks)) addBlock(block);
  }

  function addBlock(block: Fields): void {
    content.otherTokens += OVERHEAD.block;
    switch (block["type"]) {
      case "text":
        return addText(block["text"]);
      case "image":
        return addImage(block["source"]);
      case "document":
        return addDocument(block);
      case "thinking":
        // With its text left out, the signature holds it.
        return block["thinking"] === "" ? addEncrypted(block["signature"]) : addText(block["thinking"]);
      case "redacted_thinking":
        return addEncrypted(block["data"]);
      case "tool_result":
        content.otherTokens += OVERHEAD.toolUse;
        return addBlocks(block["content"]);
      case "tool_use":
      case "server_tool_use":
      case "mcp_tool_use":
        content.otherTokens += OVERHEAD.toolUse;
        addText(block["name"]);
        return addJson(block["input"]);
      case "tool_reference":
        referenced.add(block["tool_name"]);
        return addText(block["tool_name"]);
      default:
        return addUnknown(block);
    }
  }

  function addImage(source: unknown): void {
    const data = isFields(source) && source["type"] === "base64" ? source["data"] : undefined;
    content.otherTokens += typeof data === "string" ? base64ImageTokens(data, image) : UNKNOWN_IMAGE_TOKENS;
  }

  function addDocument({ source, title, context }: Fields): void {
    addText(title);
    addText(context);
    if (!isFields(source)) return;
    const { type, data, media_type: mediaType } = source;
    if (type === "text") addText(data);
    else if (type === "content") addBlocks(source["content"]);
    else if (type === "base64" && typeof data === "string") addFile(data, mediaType);
    else addPages(UNKNOWN_DOCUMENT_PAGES);
  }

  function addFile(data: string, mediaType: unknown): void {
    if (typeof mediaType === "string" && mediaType.startsWith("text/"))
      addText(Buffer.from(data, "base64").toString("utf8"));
    else addPages(countPdfPages(data));
  }

  /** A block of a later day: what it says in words, without its marks. */
  function addUnknown(block: Fields): void {
    const words = Object.entries(block).filter(([name]) => name !== "type" && name !== "cache_control");
    for (const [, value] of words) {
      if (typeof value === "string") addText(value);
      else if (Array.isArray(value)) addBlocks(value);
      else if (isFields(value)) addJson(value);
    }
  }

  /** A deferred tool is not shown to the model before something refers to it. */
  function addTools(tools: readonly Fields[]): void {
    const shown = tools.filter(({ name, defer_loading: deferred }) => deferred !== true || referenced.has(name));
    if (shown.length > 0) content.otherTokens += toolPrompt;
    for (const { name, description, input_schema: schema, type } of shown) {
      content.otherTokens += OVERHEAD.tool;
      addText(name);
      addText(description);
      if (schema !== undefined) addJson(schema);
      else addText(type);
    }
  }

  return { addBlocks, addTools };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
