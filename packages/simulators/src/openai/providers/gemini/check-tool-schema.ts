import type { RequestProblem } from "../../problem.ts";
import { fieldViolations, invalidArgument } from "./gemini-errors.ts";

type Schema = Record<string, unknown>;

interface Violation {
  field: string;
  description: string;
}

/** Fields of Google's Schema message: ai.google.dev/api/caching#Schema, seen 2026-11. */
const KEYWORDS = new Set([
  "type",
  "format",
  "title",
  "description",
  "nullable",
  "enum",
  "maxItems",
  "minItems",
  "properties",
  "required",
  "minProperties",
  "maxProperties",
  "minLength",
  "maxLength",
  "pattern",
  "example",
  "anyOf",
  "propertyOrdering",
  "default",
  "items",
  "minimum",
  "maximum",
]);

const TYPES = new Set(["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"]);

/**
 * Google on the parameters of one function; `place` is "tools[0].function_declarations[0].parameters". First what
 * cannot be read at all, every finding at once; then what can be read but is refused. Wordings, seen 2026-11:
 * github.com/openswarm-ai/openswarm/issues/24 (unknown keywords), github.com/zed-industries/zed/issues/44875 (in any_of).
 */
export function checkToolSchema(parameters: Schema, place: string): RequestProblem | undefined {
  const unreadable = findUnreadable(parameters, place);
  if (unreadable.length > 0) return fieldViolations(unreadable);
  const refused = findRefused(parameters, `GenerateContentRequest.${place}`);
  return refused.length === 0 ? undefined : invalidArgument(refused.map((line) => `* ${line}\n`).join(""));
}

function findUnreadable(schema: Schema, place: string): Violation[] {
  const unknown = Object.keys(schema)
    .filter((keyword) => !KEYWORDS.has(keyword))
    .map((keyword) => violation(place, `Unknown name "${keyword}" at '${place}': Cannot find field.`));
  return [...unknown, ...checkType(schema["type"], place), ...childrenOf(schema, place).flatMap(visit)];
}

function visit(child: Child): Violation[] {
  return findUnreadable(child.schema, child.place);
}

/** One name out of an enumeration, not a list of them: ai.google.dev/api/caching#Type, seen 2026-11. */
function checkType(type: unknown, place: string): Violation[] {
  if (Array.isArray(type)) {
    return [violation(place, `Unknown name "type" at '${place}': Proto field is not repeating, cannot start list.`)];
  }
  if (type === undefined || (typeof type === "string" && TYPES.has(type.toUpperCase()))) return [];
  const field = `${place}.type`;
  const description = `Invalid value at '${field}' (type.googleapis.com/google.ai.generativelanguage.v1beta.Type), ${JSON.stringify(type)}`;
  return [{ field, description }];
}

function violation(field: string, finding: string): Violation {
  return { field, description: `Invalid JSON payload received. ${finding}` };
}

interface Child {
  schema: Schema;
  place: string;
  /** How the second kind of finding names it. */
  key: string;
}

function childrenOf(schema: Schema, place: string): Child[] {
  const properties = Object.entries(objectOf(schema["properties"]));
  const named = properties.map(([name, child], index) => ({
    schema: objectOf(child),
    place: `${place}.properties[${index}].value`,
    key: `properties[${name}]`,
  }));
  const { items, anyOf } = schema;
  const item = items === undefined ? [] : [{ schema: objectOf(items), place: `${place}.items`, key: "items" }];
  const choices = (Array.isArray(anyOf) ? anyOf : []).map((child, index) => ({
    schema: objectOf(child),
    place: `${place}.any_of[${index}]`,
    key: `any_of[${index}]`,
  }));
  return [...named, ...item, ...choices];
}

/**
 * Wordings, seen 2026-11: github.com/agno-agi/agno/issues/2112 (parameters without properties),
 * github.com/danny-avila/LibreChat/issues/6971 (type), github.com/anomalyco/opencode/issues/11889 (OBJECT type),
 * ai.google.dev/gemini-api/docs/troubleshooting (the rest). Objects further inside may be without properties.
 */
function findRefused(schema: Schema, place: string, isRoot = true): string[] {
  return [
    ...findRefusedHere(schema, place, isRoot),
    ...childrenOf(schema, "").flatMap((child) => findRefused(child.schema, `${place}.${child.key}`, false)),
  ];
}

function findRefusedHere(schema: Schema, place: string, isRoot: boolean): string[] {
  const type = typeof schema["type"] === "string" ? schema["type"].toUpperCase() : undefined;
  if (type === undefined) {
    return schema["anyOf"] === undefined
      ? [`${place}.type: must be specified when not using one_of, any_of or all_of fields`]
      : [];
  }
  if (type === "OBJECT") return findInObject(schema, place, isRoot);
  const misplaced = ["properties", "required"].filter((keyword) => schema[keyword] !== undefined);
  const findings = misplaced.map((keyword) => `${place}.${keyword}: only allowed for OBJECT type`);
  const { format } = schema;
  if (type === "STRING" && format !== undefined && format !== "enum" && format !== "date-time") {
    findings.push(`${place}.format: only 'enum' and 'date-time' are supported for STRING type`);
  }
  if (schema["enum"] !== undefined && type !== "STRING") findings.push(`${place}.enum: only allowed for STRING type`);
  if (type === "ARRAY" && schema["items"] === undefined) findings.push(`${place}.items: missing field.`);
  return findings;
}

function findInObject(schema: Schema, place: string, isRoot: boolean): string[] {
  const names = Object.keys(objectOf(schema["properties"]));
  if (isRoot && names.length === 0) return [`${place}.properties: should be non-empty for OBJECT type`];
  const required: unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  return required.flatMap((name, index) =>
    names.includes(String(name)) ? [] : [`${place}.required[${index}]: property is not defined`],
  );
}

function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
