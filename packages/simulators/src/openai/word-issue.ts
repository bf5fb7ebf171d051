import type { z } from "zod";
import { describeType, describeValue, formatPath, valueAt } from "./describe-value.ts";
import { badRequest, quoteList, type RequestProblem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/**
 * Puts the first finding of a request schema into OpenAI's words. The words were taken from answers that users of
 * the API quoted, seen 2026-11: `missing_required_parameter` github.com/ymichael/open-codex/issues/35,
 * `unknown_parameter` github.com/1jehuang/jcode/issues/1028, `integer_below_min_value`
 * github.com/vectorize-io/hindsight/issues/58, `string_above_max_length` github.com/camel-ai/camel/issues/2215,
 * `array_above_max_length` github.com/querymt/querymt/issues/976, `empty_array`
 * github.com/CopilotKit/CopilotKit/issues/529, `invalid_value` (pattern) github.com/mcp-use/mcp-use/issues/90.
 */
export function wordIssue(issue: Issue, body: unknown, prefix: readonly PropertyKey[] = []): RequestProblem {
  const path = [...prefix, ...issue.path];
  const place = formatPath(path);
  const value = valueAt(body, path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const unknown = formatPath([...path, issue.keys[0] ?? ""]);
      return badRequest(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter");
    }
    case "invalid_type":
      return value === undefined ? missing(place) : wrongType(place, describeType(issue.expected), value);
    case "invalid_value":
      return value === undefined ? missing(place) : wrongValue(place, issue.values, value);
    case "invalid_union":
      return wordUnion(issue, { path, place, value, body });
    case "too_small":
      return wordTooSmall(issue, place, value);
    case "too_big":
      return wordTooBig(issue, place, value);
    case "invalid_format":
      return badRequest(
        `Invalid '${place}': string does not match pattern. Expected a string that matches the pattern '${patternOf(issue)}'.`,
        place,
        "invalid_value",
      );
    default:
      return badRequest(`Invalid value for '${place}': ${issue.message}`, place, "invalid_value");
  }
}

/** The schema's verdict on a body, worded; undefined: the body fits. */
export function checkShape(schema: z.ZodType, body: unknown): RequestProblem | undefined {
  const parsed = schema.safeParse(body);
  const issue = parsed.error?.issues[0];
  return issue === undefined ? undefined : wordIssue(issue, body);
}

function missing(place: string): RequestProblem {
  return badRequest(`Missing required parameter: '${place}'.`, place, "missing_required_parameter");
}

function wrongType(place: string, expected: string, value: unknown): RequestProblem {
  const got = describeValue(value);
  return badRequest(
    `Invalid type for '${place}': expected ${expected}, but got ${got} instead.`,
    place,
    "invalid_type",
  );
}

function wrongValue(place: string, values: readonly unknown[], value: unknown): RequestProblem {
  if (typeof value !== "string") return wrongType(place, `one of ${quoteList(values, "or")}`, value);
  return badRequest(`Invalid value: '${value}'. Supported values are: ${quoteList(values)}.`, place, "invalid_value");
}

interface UnionPlace {
  path: readonly PropertyKey[];
  place: string;
  value: unknown;
  body: unknown;
}

function wordUnion(issue: Extract<Issue, { code: "invalid_union" }>, at: UnionPlace): RequestProblem {
  if (issue.errors.length === 0) {
    const options = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
    if (at.value === undefined) return missing(at.place);
    const problem = wrongValue(at.place, options, at.value);
    // A part or item of the wrong type is named as a whole: github.com/epam/ai-dial-adapter-openai/issues/511.
    return at.path.at(-1) === "type" ? { ...problem, param: formatPath(at.path.slice(0, -1)) } : problem;
  }
  if (at.value === undefined) return missing(at.place);
  const meant = issue.errors.find(
    (branch) => !branch.some((found) => found.code === "invalid_type" && found.path.length === 0),
  );
  const first = meant?.[0];
  if (first !== undefined) return wordIssue(first, at.body, at.path);
  const types = issue.errors.flatMap((branch) =>
    branch.map((found) => (found.code === "invalid_type" ? found.expected : "")),
  );
  const expected = types.filter((type) => type !== "" && type !== "null").map(describeType);
  return wrongType(
    at.place,
    `one of ${expected.map((type) => type.replace(/^an array/, "array")).join(" or ")}`,
    at.value,
  );
}

function wordTooSmall(issue: Extract<Issue, { code: "too_small" }>, place: string, value: unknown): RequestProblem {
  if (issue.origin === "array") {
    const least = `Expected an array with minimum length ${issue.minimum}`;
    const isEmpty = Array.isArray(value) && value.length === 0;
    const got = isEmpty ? "an empty array" : `an array with length ${lengthOf(value)}`;
    return badRequest(
      `Invalid '${place}': ${isEmpty ? "empty array" : "array too short"}. ${least}, but got ${got} instead.`,
      place,
      isEmpty ? "empty_array" : "array_below_min_length",
    );
  }
  if (issue.origin === "string") {
    const got = value === "" ? "an empty string" : `a string with length ${lengthOf(value)}`;
    return badRequest(
      `Invalid '${place}': ${value === "" ? "empty string" : "string too short"}. Expected a string with minimum length ${issue.minimum}, but got ${got} instead.`,
      place,
      value === "" ? "empty_string" : "string_below_min_length",
    );
  }
  const kind = numberKind(value);
  return badRequest(
    `Invalid '${place}': ${kind} below minimum value. Expected a value >= ${issue.minimum}, but got ${String(value)} instead.`,
    place,
    `${kind}_below_min_value`,
  );
}

function wordTooBig(issue: Extract<Issue, { code: "too_big" }>, place: string, value: unknown): RequestProblem {
  if (issue.origin === "array" || issue.origin === "string") {
    const noun = issue.origin === "array" ? "an array" : "a string";
    return badRequest(
      `Invalid '${place}': ${issue.origin} too long. Expected ${noun} with maximum length ${issue.maximum}, but got ${noun} with length ${lengthOf(value)} instead.`,
      place,
      `${issue.origin}_above_max_length`,
    );
  }
  const kind = numberKind(value);
  return badRequest(
    `Invalid '${place}': ${kind} above maximum value. Expected a value <= ${issue.maximum}, but got ${String(value)} instead.`,
    place,
    `${kind}_above_max_value`,
  );
}

function numberKind(value: unknown): "integer" | "decimal" {
  return Number.isInteger(value) ? "integer" : "decimal";
}

function lengthOf(value: unknown): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : 0;
}

function patternOf(issue: Extract<Issue, { code: "invalid_format" }>): string {
  const pattern = "pattern" in issue && typeof issue.pattern === "string" ? issue.pattern : "";
  return pattern.replace(/^\//, "").replace(/\/[a-z]*$/, "");
}
