import { Ajv2020 } from "ajv/dist/2020.js";
import { isCustomTool } from "../shape/tool-schemas.ts";
import { offeredTools } from "../offered-tools.ts";
import type { Check, RequestFacts } from "../request-facts.ts";

/**
 * Sources: platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools, …/tool-search-tool (deferred tools and
 * their errors); wording as in github.com/anthropics/claude-code issues 4753 and 13203; read 2026-11.
 */
export const checkTools: Check = (facts) =>
  checkNames(facts) ?? checkSchemas(facts) ?? checkDeferred(facts) ?? checkReferences(facts) ?? checkChoice(facts);

function checkNames({ body }: RequestFacts): string | undefined {
  const names = (body.tools ?? []).flatMap((tool) => (tool.name === undefined ? [] : [tool.name]));
  return new Set(names).size < names.length ? "tools: Tool names must be unique." : undefined;
}

// Compiles nothing: only the schema of schemas is applied.
const AJV = new Ajv2020({ strict: false, validateFormats: false, logger: false });

function checkSchemas({ body }: RequestFacts): string | undefined {
  for (const [index, tool] of (body.tools ?? []).entries()) {
    if (!isCustomTool(tool)) continue;
    const { $schema: _dialect, ...schema } = tool.input_schema as Record<string, unknown>;
    if (["oneOf", "allOf", "anyOf"].some((key) => key in schema)) {
      return `tools.${index}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`;
    }
    if (AJV.validateSchema(schema) !== true) {
      return (
        `tools.${index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use."
      );
    }
  }
  return undefined;
}

function checkDeferred({ body }: RequestFacts): string | undefined {
  const tools = body.tools ?? [];
  const deferred = tools.filter((tool) => tool.defer_loading === true);
  if (deferred.length > 0 && deferred.length === tools.length) {
    return "All tools have defer_loading set. At least one tool must be non-deferred.";
  }
  const marked = deferred.find((tool) => tool.cache_control !== undefined && tool.cache_control !== null);
  if (marked === undefined) return undefined;
  return (
    `Tool '${marked.name ?? ""}' cannot have both defer_loading=true and cache_control set. ` +
    "Tools with defer_loading cannot use prompt caching."
  );
}

function checkReferences({ body }: RequestFacts): string | undefined {
  const known = new Set((body.tools ?? []).map((tool) => tool.name));
  for (const [message, { content }] of body.messages.entries()) {
    for (const [index, block] of (content ?? []).entries()) {
      if (block.type !== "tool_result" || !("content" in block) || !Array.isArray(block.content)) continue;
      for (const inner of block.content as readonly { type: string; tool_name?: string }[]) {
        if (inner.type !== "tool_reference" || known.has(inner.tool_name)) continue;
        return `messages.${message}.content.${index}: Tool reference '${inner.tool_name ?? ""}' not found in available tools`;
      }
    }
  }
  return undefined;
}

function checkChoice({ body }: RequestFacts): string | undefined {
  const choice = body.tool_choice;
  if (choice === undefined) return undefined;
  const hasTools = body.tools !== undefined && body.tools.length > 0;
  if (!hasTools && choice.type !== "none")
    return "tool_choice: tool_choice may only be specified while providing tools.";
  if (choice.type !== "tool" || offeredTools(body).includes(choice.name)) return undefined;
  return `Tool '${choice.name}' not found in provided tools`;
}
