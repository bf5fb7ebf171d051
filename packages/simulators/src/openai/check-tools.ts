import { badRequest, firstProblem, problemIn, type RequestProblem } from "./problem.ts";

const NAME_PATTERN = /^[a-zA-Z0-9_-]+$/;

/** A function that the model may call, and where it stands in the request. */
export interface ToolAtPlace {
  name: string;
  namePlace: string;
  /** Absent for tools that take no parameters at all. */
  parameters?: unknown;
  parametersPlace?: string;
  strict?: boolean;
}

/**
 * OpenAI on tools. Sources, seen 2026-11: name too long github.com/ravitemer/mcphub.nvim/pull/243, pattern
 * github.com/coinbase/agentkit/pull/217, schema without "object" github.com/ComposioHQ/composio/issues/1829, without
 * properties github.com/nextlevelbuilder/goclaw/pull/321, combined at the top github.com/goruck/home-generative-agent/pull/545,
 * strict mode github.com/prism-php/prism/pull/813 and platform.openai.com/docs/guides/structured-outputs.
 */
export function checkTools(tools: readonly ToolAtPlace[]): RequestProblem | undefined {
  return problemIn(tools, (tool) =>
    firstProblem([
      () => checkToolName(tool.name, tool.namePlace),
      () => checkParameters(tool),
      () => (tool.strict === true ? checkStrictObject(tool, tool.parameters, []) : undefined),
    ]),
  );
}

/** Names of functions: in tools, in calls and in named messages alike. */
export function checkToolName(name: string, place: string, maxLength = 64): RequestProblem | undefined {
  if (name === "") {
    return badRequest(
      `Invalid '${place}': empty string. Expected a string with minimum length 1, but got an empty string instead.`,
      place,
      "empty_string",
    );
  }
  if (!NAME_PATTERN.test(name)) {
    return badRequest(
      `Invalid '${place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      place,
      "invalid_value",
    );
  }
  return checkLength(name, place, maxLength);
}

export function checkLength(text: string, place: string, maxLength: number): RequestProblem | undefined {
  if (text.length <= maxLength) return undefined;
  return badRequest(
    `Invalid '${place}': string too long. Expected a string with maximum length ${maxLength}, but got a string with length ${text.length} instead.`,
    place,
    "string_above_max_length",
  );
}

function checkParameters(tool: ToolAtPlace): RequestProblem | undefined {
  const { parameters, parametersPlace = null } = tool;
  if (typeof parameters !== "object" || parameters === null) return undefined;
  const refuse = (reason: string): RequestProblem =>
    badRequest(`Invalid schema for function '${tool.name}': ${reason}`, parametersPlace, "invalid_function_parameters");
  const type = readType(parameters);
  if (type !== "object") {
    return refuse(`schema must be a JSON Schema of 'type: "object"', got 'type: "${type ?? "None"}"'.`);
  }
  if (COMBINATORS.some((keyword) => keyword in parameters)) {
    return refuse(
      "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'const'/'not' at the top level.",
    );
  }
  if (!("properties" in parameters)) return refuse("In context=(), object schema missing properties.");
  const array = findArrayWithoutItems(parameters, []);
  return array === undefined ? undefined : refuse(`In context=${formatContext(array)}, array schema missing items.`);
}

const COMBINATORS = ["oneOf", "anyOf", "allOf", "enum", "const", "not"] as const;

/** Where the first array without items stands. */
function findArrayWithoutItems(schema: unknown, context: readonly string[]): readonly string[] | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  const { type, items, properties, anyOf } = schema as Record<string, unknown>;
  if (type === "array" && items === undefined) return context;
  const children: [string[], unknown][] = [
    ...Object.entries(properties ?? {}).map(([name, child]): [string[], unknown] => [["properties", name], child]),
    ...(Array.isArray(anyOf) ? anyOf : []).map((child, at): [string[], unknown] => [["anyOf", String(at)], child]),
    [["items"], items],
  ];
  for (const [step, child] of children) {
    const found = findArrayWithoutItems(child, [...context, ...step]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A place within a schema as Python prints a tuple. */
function formatContext(context: readonly string[]): string {
  return `(${context.map((part) => `'${part}'`).join(", ")}${context.length === 1 ? "," : ""})`;
}

function readType(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null || !("type" in schema)) return undefined;
  return typeof schema.type === "string" ? schema.type : JSON.stringify(schema.type);
}

/** Strict mode: every object closed, every property required. */
function checkStrictObject(tool: ToolAtPlace, schema: unknown, context: readonly string[]): RequestProblem | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  const node = schema as Record<string, unknown>;
  const properties = node["properties"];
  if (typeof properties === "object" && properties !== null) {
    const problem = checkClosed(tool, { node, names: Object.keys(properties), context });
    if (problem !== undefined) return problem;
    return problemIn(Object.entries(properties), ([name, child]) =>
      checkStrictObject(tool, child, [...context, "properties", name]),
    );
  }
  return checkStrictObject(tool, node["items"], [...context, "items"]);
}

function checkClosed(
  tool: ToolAtPlace,
  { node, names, context }: { node: Record<string, unknown>; names: string[]; context: readonly string[] },
): RequestProblem | undefined {
  const where = `In context=${formatContext(context)}`;
  const refuse = (reason: string): RequestProblem =>
    badRequest(
      `Invalid schema for function '${tool.name}': ${where}, ${reason}`,
      tool.parametersPlace ?? null,
      "invalid_function_parameters",
    );
  if (node["additionalProperties"] !== false) {
    return refuse("'additionalProperties' is required to be supplied and to be false.");
  }
  const required = Array.isArray(node["required"]) ? node["required"] : [];
  const missing = names.find((name) => !required.includes(name));
  if (missing === undefined) return undefined;
  return refuse(
    `'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`,
  );
}
