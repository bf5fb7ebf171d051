import { isRecord } from "../invalid-request.ts";

/** Keywords that strict mode refuses (developers.openai.com/api/docs/guides/structured-outputs). */
const REFUSED = [
  "allOf",
  "oneOf",
  "not",
  "dependentRequired",
  "dependentSchemas",
  "if",
  "then",
  "else",
  "patternProperties",
];
const MAX_DEPTH = 10;
const LOOK_AROUND = /\(\?<?[=!]/;

/** True when the schema can be enforced in OpenAI's strict mode as it is. */
export function qualifiesForStrict(schema: Record<string, unknown>): boolean {
  return schema["type"] === "object" && schema["anyOf"] === undefined && isStrict(schema, 0);
}

function isStrict(schema: unknown, depth: number): boolean {
  if (!isRecord(schema) || depth > MAX_DEPTH) return false;
  if (REFUSED.some((keyword) => keyword in schema)) return false;
  const pattern = schema["pattern"];
  if (typeof pattern === "string" && LOOK_AROUND.test(pattern)) return false;
  if (isObjectSchema(schema) && !isClosedObject(schema)) return false;
  for (const part of subschemasOf(schema)) if (!isStrict(part, depth + 1)) return false;
  return schema["type"] !== undefined || ["$ref", "anyOf", "enum", "const"].some((keyword) => keyword in schema);
}

function isObjectSchema(schema: Record<string, unknown>): boolean {
  const { type } = schema as { type?: unknown };
  return type === "object" || (Array.isArray(type) && type.includes("object")) || schema["properties"] !== undefined;
}

/** Strict objects know all their properties and require each. */
function isClosedObject(schema: Record<string, unknown>): boolean {
  if (schema["additionalProperties"] !== false) return false;
  const names = Object.keys(isRecord(schema["properties"]) ? schema["properties"] : {});
  const required: unknown = schema["required"] ?? [];
  return Array.isArray(required) && names.every((name) => required.includes(name));
}

function* subschemasOf(schema: Record<string, unknown>): Generator {
  for (const group of ["properties", "$defs", "definitions"]) {
    const schemas = schema[group];
    if (isRecord(schemas)) yield* Object.values(schemas);
  }
  if (schema["items"] !== undefined) yield schema["items"];
  if (Array.isArray(schema["anyOf"])) yield* schema["anyOf"];
}
