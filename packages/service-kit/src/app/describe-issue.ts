import type { z } from "zod";

/** What schemas call their types, in the words of the Messages API's own refusals. */
const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a valid string",
};

/** A schema's finding as a client reads it, with its place: "budgets.day: Input should be a number". */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join(".") || "body";
  return `${place}: ${describe(issue)}`;
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") {
    if (isAbsent(issue)) return "Field required";
    return `Input should be ${TYPES[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === "invalid_value") return `Input should be one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "unrecognized_keys") return `Unknown: ${issue.keys.join(", ")}`;
  if (issue.code === "too_small" || issue.code === "too_big") return describeBound(issue);
  return issue.message;
}

function describeBound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const isLow = issue.code === "too_small";
  const bound = isLow ? issue.minimum : issue.maximum;
  if (issue.origin === "string" || issue.origin === "array") {
    const what = issue.origin === "string" ? "characters" : "entries";
    if (isLow && Number(bound) === 1) return "Input should not be empty";
    return `Input should have ${isLow ? "at least" : "at most"} ${bound} ${what}`;
  }
  const relation = issue.inclusive === true ? (isLow ? "at least" : "at most") : isLow ? "more than" : "less than";
  return `Input should be ${relation} ${bound}`;
}

/** zod tells what came only in its message. */
function isAbsent({ message }: z.core.$ZodIssue): boolean {
  return message.endsWith("received undefined");
}
