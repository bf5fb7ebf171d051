import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * A validation issue in the words of the real API, which validates with pydantic and shows its first error:
 * `messages.0.content.0.text.text: Field required`. The type of a tagged object is part of the path.
 */
export function wordIssue(issue: Issue, body: unknown): string {
  const { path, message } =
    issue.code === "unrecognized_keys" ? wordExtra(issue) : { path: issue.path, message: wordOne(issue, body) };
  const place = wordPath(path, body);
  return place === "" ? message : `${place}: ${message}`;
}

function wordExtra(issue: Extract<Issue, { code: "unrecognized_keys" }>): { path: PropertyKey[]; message: string } {
  return { path: [...issue.path, issue.keys[0] ?? ""], message: "Extra inputs are not permitted" };
}

function wordOne(issue: Issue, body: unknown): string {
  const value = valueAt(body, issue.path);
  switch (issue.code) {
    case "invalid_type":
      if (value === undefined) return "Field required";
      return TYPE_WORDS[INTEGERS.has(issue.path.at(-1)) ? "int" : issue.expected] ?? "Input should be a valid value";
    case "invalid_value":
      if (value === undefined) return "Field required";
      if (!issue.message.startsWith("Invalid")) return issue.message;
      return `Input should be ${listValues(issue.values)}`;
    case "invalid_format":
      return `String should match pattern '${(issue.pattern ?? "").replace(/^\/|\/$/g, "")}'`;
    case "too_small":
      if (!issue.message.startsWith("Too")) return issue.message;
      return wordSmall(issue);
    case "too_big":
      if (!issue.message.startsWith("Too")) return issue.message;
      return wordBig(issue);
    default:
      return issue.message;
  }
}

const INTEGERS: ReadonlySet<unknown> = new Set(["max_tokens", "budget_tokens", "top_k"]);

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "Input should be a valid string",
  number: "Input should be a valid number",
  int: "Input should be a valid integer",
  boolean: "Input should be a valid boolean",
  array: "Input should be a valid list",
  object: "Input should be a valid dictionary or object to extract fields from",
  record: "Input should be a valid dictionary",
};

function wordSmall(issue: Extract<Issue, { code: "too_small" }>): string {
  if (issue.origin === "string")
    return `String should have at least ${issue.minimum} character${plural(issue.minimum)}`;
  if (issue.origin === "array")
    return `List should have at least ${issue.minimum} item${plural(issue.minimum)} after validation, not 0`;
  return `Input should be greater than or equal to ${issue.minimum}`;
}

function wordBig(issue: Extract<Issue, { code: "too_big" }>): string {
  if (issue.origin === "string") return `String should have at most ${issue.maximum} characters`;
  return `Input should be less than or equal to ${issue.maximum}`;
}

function plural(count: number | bigint): string {
  return Number(count) === 1 ? "" : "s";
}

function listValues(values: readonly unknown[]): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}

/** Joins the keys by dots; an object with a type shows it after its own key, a tool without one is "custom". */
function wordPath(path: readonly PropertyKey[], body: unknown): string {
  const words: string[] = [];
  let value = body;
  for (const [index, key] of path.entries()) {
    if (index > 0) words.push(...tagOf(value, path, index));
    if (!isDiscriminator(path, index, value)) words.push(String(key));
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  return words.join(".");
}

function tagOf(value: unknown, path: readonly PropertyKey[], index: number): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  if (isDiscriminator(path, index, value)) return [];
  const type = (value as { type?: unknown }).type;
  const isTool = path[0] === "tools" && index === 2;
  if (isTool && (type === undefined || type === null)) return ["custom"];
  const insideSchema = path.includes("input_schema") || path.includes("input");
  return typeof type === "string" && !insideSchema ? [type] : [];
}

/** An unknown tag is reported at the object that carries it, not at its type. */
function isDiscriminator(path: readonly PropertyKey[], index: number, value: unknown): boolean {
  const isLast = index === path.length - 1 && path[index] === "type";
  const insideSchema = path.includes("input_schema");
  return isLast && !insideSchema && typeof value === "object" && value !== null && path[0] !== "type";
}
