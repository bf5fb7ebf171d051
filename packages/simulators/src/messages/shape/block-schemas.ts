import { z } from "zod";

/**
 * The content blocks of a request, written from the types of @anthropic-ai/sdk 1.11 (resources/beta/messages), 2026-11.
 * Objects are strict where the API is: an unknown field is "Extra inputs are not permitted".
 */
const CACHE_CONTROL = z
  .strictObject({
    type: z.literal("ephemeral"),
    ttl: z.enum(["5m", "1h"]).optional(),
    scope: z.enum(["global", "organization"]).optional(),
    evict_on_complete: z.boolean().optional(),
  })
  .nullish();

const citation = z.looseObject({ type: z.string() });

const text = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  cache_control: CACHE_CONTROL,
  citations: z.array(citation).nullish(),
});

const MEDIA_TYPE = z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]);

const image = z.strictObject({
  type: z.literal("image"),
  source: tagged([
    z.strictObject({ type: z.literal("base64"), media_type: MEDIA_TYPE, data: z.string() }),
    z.strictObject({ type: z.literal("url"), url: z.string() }),
    z.strictObject({ type: z.literal("file"), file_id: z.string() }),
  ]),
  cache_control: CACHE_CONTROL,
  transformations: z.unknown().optional(),
});

const document = z.strictObject({
  type: z.literal("document"),
  source: tagged([
    z.strictObject({ type: z.literal("base64"), media_type: z.literal("application/pdf"), data: z.string() }),
    z.strictObject({ type: z.literal("text"), media_type: z.literal("text/plain"), data: z.string() }),
    z.strictObject({ type: z.literal("url"), url: z.string() }),
    z.strictObject({ type: z.literal("file"), file_id: z.string() }),
    z.strictObject({ type: z.literal("content"), content: z.union([z.string(), z.array(tagged([text, image]))]) }),
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean().optional() }).nullish(),
  cache_control: CACHE_CONTROL,
});

const searchResult = z.looseObject({
  type: z.literal("search_result"),
  content: z.array(text),
  source: z.string(),
  title: z.string(),
});

const toolReference = z.strictObject({
  type: z.literal("tool_reference"),
  tool_name: z.string(),
  cache_control: CACHE_CONTROL,
});

const TOOL_USE_ID = z.string().regex(/^[a-zA-Z0-9_-]+$/);

const toolUse = z.strictObject({
  type: z.literal("tool_use"),
  id: TOOL_USE_ID,
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  cache_control: CACHE_CONTROL,
  caller: z.looseObject({ type: z.string() }).nullish(),
  toolset_name: z.string().nullish(),
});

const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: TOOL_USE_ID,
  content: textOrBlocks([text, image, document, searchResult, toolReference]).optional(),
  is_error: z.boolean().optional(),
  cache_control: CACHE_CONTROL,
  toolset_name: z.string().nullish(),
});

const thinking = z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });
const redactedThinking = z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() });

const toolChange = z.looseObject({ type: z.string(), name: z.string().optional() });
const toolAddition = z.strictObject({
  type: z.literal("tool_addition"),
  tool: toolChange,
  cache_control: CACHE_CONTROL,
});
const toolRemoval = z.strictObject({ type: z.literal("tool_removal"), tool: toolChange, cache_control: CACHE_CONTROL });

/** What a server tool did in an earlier turn comes back as it was given; its inside is the server's own. */
const SERVER_BLOCKS = [
  "server_tool_use",
  "web_search_tool_result",
  "web_fetch_tool_result",
  "code_execution_tool_result",
  "bash_code_execution_tool_result",
  "text_editor_code_execution_tool_result",
  "tool_search_tool_result",
  "mcp_tool_use",
  "mcp_tool_result",
  "advisor_tool_result",
  "container_upload",
  "compaction",
  "mid_conv_system",
  "fallback",
].map((type) => z.looseObject({ type: z.literal(type) }));

export const CONTENT = textOrBlocks([
  text,
  image,
  document,
  searchResult,
  thinking,
  redactedThinking,
  toolUse,
  toolResult,
  ...SERVER_BLOCKS,
]);

export const SYSTEM_MESSAGE_CONTENT = textOrBlocks([text, toolAddition, toolRemoval]);
export const SYSTEM = textOrBlocks([text]);
export { CACHE_CONTROL };

type TaggedObject = z.ZodObject<{ type: z.ZodLiteral<string> }>;

/** A union told apart by `type`, with the wording of the API for a tag that it does not know. */
export function tagged<const Options extends readonly [TaggedObject, ...TaggedObject[]]>(options: Options) {
  const tags = options.map((option) => `'${[...option.shape.type.values].join("")}'`).toSorted();
  return z.discriminatedUnion("type", options, {
    error: (issue) => wordUnknownTag(issue.input, tags),
  });
}

function wordUnknownTag(input: unknown, tags: readonly string[]): string {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return "Input should be a valid dictionary or object to extract fields from";
  }
  const tag = (input as { type?: string }).type;
  if (tag === undefined) return "Unable to extract tag using discriminator 'type'";
  return `Input tag '${tag}' found using 'type' does not match any of the expected tags: ${tags.join(", ")}`;
}

/** A string stands for one text block. */
function textOrBlocks<const Options extends readonly [TaggedObject, ...TaggedObject[]]>(options: Options) {
  return z.preprocess(
    (value) => (typeof value === "string" ? [{ type: "text", text: value }] : value),
    z.array(tagged(options)),
  );
}
