import type { FieldPath } from "./field-path.ts";

/** Without these a request is none, or another one. */
const ESSENTIAL: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "input",
  "contents",
  "system",
  "instructions",
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "stream",
  "tools",
  "functions",
]);

/** What makes a message, a block or a tool what it is. */
const ESSENTIAL_INSIDE: ReadonlySet<string> = new Set([
  "role",
  "content",
  "type",
  "text",
  "id",
  "name",
  "description",
  "input",
  "output",
  "source",
  "image_url",
  "tool_use_id",
  "tool_call_id",
  "call_id",
  "tool_calls",
  "function",
  "arguments",
]);

/** A tool's schema is not changed name by name. */
const SCHEMAS: ReadonlySet<string> = new Set(["input_schema", "parameters", "schema"]);

/** The two names of one field: a refusal of one of them asks for the other. */
export const OUTPUT_LIMITS: Readonly<Record<string, string>> = Object.freeze({
  max_tokens: "max_completion_tokens",
  max_completion_tokens: "max_tokens",
});

/** True for a field that a request can go without. */
export function isDispensable(path: FieldPath): boolean {
  const [first = ""] = path;
  const last = path.at(-1) ?? "";
  if (path.length === 1) return !ESSENTIAL.has(first);
  if (last === "*" || path.some((segment) => SCHEMAS.has(segment))) return false;
  return !ESSENTIAL.has(first) || !ESSENTIAL_INSIDE.has(last);
}
