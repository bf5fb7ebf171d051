import { combineTurns, placeOf } from "../request-facts.ts";
import type { Check, PlacedBlock, RequestFacts } from "../request-facts.ts";

/**
 * Who may say what, and where. Sources: platform.claude.com/docs/en/api/messages, …/api/errors (prefill),
 * …/build-with-claude/mid-conversation-system-messages, …/api/migration-2026-10-21; wording as quoted in
 * github.com/anthropics/claude-code issues 61412 and 60927 and QuixiAI/dolphin-mcp issue 5; read 2026-11.
 */
export const checkMessages: Check = (facts) =>
  checkCount(facts) ??
  checkSystemMessages(facts) ??
  checkFirst(facts) ??
  checkEmpty(facts) ??
  checkTexts(facts) ??
  checkBlockRoles(facts) ??
  checkNewVersion(facts) ??
  checkLast(facts);

function checkCount({ body }: RequestFacts): string | undefined {
  return body.messages.length === 0 ? "messages: at least one message is required" : undefined;
}

function checkSystemMessages({ body, model, betas }: RequestFacts): string | undefined {
  for (const [index, message] of body.messages.entries()) {
    if (message.role !== "system") continue;
    if (!model.systemMessages) {
      return [...betas].some((beta) => beta.startsWith("mid-conversation-"))
        ? "role 'system' is not supported on this model"
        : 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.';
    }
    if (index === 0) return "messages.0: use the top-level 'system' parameter for the initial system prompt";
    const before = body.messages.slice(0, index).findLast((other) => other.role !== "system");
    if (before?.role !== "user") return `messages.${index}: role 'system' must follow a user message`;
  }
  return undefined;
}

function checkFirst({ body }: RequestFacts): string | undefined {
  return body.messages[0]?.role === "assistant" ? 'messages: first message must use the "user" role' : undefined;
}

function checkEmpty({ body }: RequestFacts): string | undefined {
  const last = body.messages.length - 1;
  const index = body.messages.findIndex(
    (message, at) =>
      message.role !== "system" && isEmpty(message.content) && !(at === last && message.role === "assistant"),
  );
  if (index < 0) return undefined;
  return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`;
}

function isEmpty(content: readonly { type: string }[] | undefined): boolean {
  if (content === undefined || content.length === 0) return true;
  const [only] = content;
  return content.length === 1 && only !== undefined && textOf(only) === "";
}

function textOf(block: { type: string }): string | undefined {
  return block.type === "text" && "text" in block ? String(block.text) : undefined;
}

/** Empty and blank text blocks, wherever they stand. */
function checkTexts({ body }: RequestFacts): string | undefined {
  const blocks = [...(body.system ?? []), ...body.messages.flatMap((message) => [...(message.content ?? [])])];
  const inner = blocks.flatMap((block) =>
    block.type === "tool_result" && "content" in block && Array.isArray(block.content)
      ? (block.content as { type: string }[])
      : [],
  );
  for (const block of [...blocks, ...inner]) {
    const text = textOf(block);
    if (text === undefined) continue;
    if (text === "") return "messages: text content blocks must be non-empty";
    if (text.trim() === "") return "messages: text content blocks must contain non-whitespace text";
  }
  return undefined;
}

const ASSISTANT_ONLY = new Set(["tool_use", "server_tool_use", "thinking", "redacted_thinking"]);
const USER_ONLY = new Set(["tool_result", "image", "search_result"]);

function checkBlockRoles({ body }: RequestFacts): string | undefined {
  for (const turn of combineTurns(body.messages)) {
    const forbidden = turn.role === "user" ? ASSISTANT_ONLY : USER_ONLY;
    const bad = turn.blocks.find(({ block }) => forbidden.has(block.type));
    if (bad === undefined) continue;
    const owner = turn.role === "user" ? "assistant" : "user";
    return `messages.${bad.message}: \`${bad.block.type}\` blocks can only be in \`${owner}\` messages`;
  }
  return undefined;
}

/** Stricter content rules of version 2026-10-21. */
function checkNewVersion({ body, version }: RequestFacts): string | undefined {
  if (version !== "2026-10-21") return undefined;
  for (const turn of combineTurns(body.messages)) {
    const bad = turn.blocks.find((placed) => (turn.role === "assistant" ? isDocument(placed) : hasCitations(placed)));
    if (bad === undefined) continue;
    return turn.role === "assistant"
      ? `${placeOf(bad)}: \`document\` blocks are not permitted in \`assistant\` messages`
      : `${placeOf(bad)}.text.citations: citations are not permitted on \`text\` blocks in \`user\` messages`;
  }
  return undefined;
}

function isDocument({ block }: PlacedBlock): boolean {
  return block.type === "document";
}

function hasCitations({ block }: PlacedBlock): boolean {
  return block.type === "text" && "citations" in block && Array.isArray(block.citations) && block.citations.length > 0;
}

/** A conversation that ends with the assistant asks to continue its words, which current models no longer do. */
function checkLast({ body, model }: RequestFacts): string | undefined {
  const last = body.messages.findLast((message) => message.role !== "system");
  if (last?.role !== "assistant") return undefined;
  if (!model.prefill) return "Prefilling assistant messages is not supported for this model.";
  const text = textOf(last.content?.at(-1) ?? { type: "" });
  return text !== undefined && text.trimEnd() !== text
    ? "messages: final assistant content cannot end with trailing whitespace"
    : undefined;
}
