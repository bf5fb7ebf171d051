import { isRecord } from "../invalid-request.ts";

const ROOT_COMBINATORS = ["anyOf", "oneOf", "allOf", "not", "enum"] as const;
const MAX_DEPTH = 64;

export interface AdaptedSchema {
  schema: Record<string, unknown>;
  /** What the schema could not keep, in words for the description. */
  lost?: string;
}

/**
 * The schema as it is, unless it is one of the few that OpenAI refuses for sure: a root that is no plain object
 * (its alternatives move into words), an object root without properties, an array without items. Copies only
 * what changes.
 */
export function adaptOpenAiSchema(schema: Record<string, unknown>): AdaptedSchema {
  let root = schema;
  const lost: string[] = [];
  for (const keyword of ROOT_COMBINATORS) {
    if (root[keyword] === undefined) continue;
    const { [keyword]: alternatives, ...rest } = root;
    lost.push(`${keyword}: ${JSON.stringify(alternatives)}`);
    root = rest;
  }
  if (root["type"] !== "object") root = { ...root, type: "object" };
  if (root["properties"] === undefined) root = { ...root, properties: {} };
  root = withItems(root, 0) as Record<string, unknown>;
  return lost.length === 0
    ? { schema: root }
    : { schema: root, lost: `The input must also satisfy ${lost.join("; ")}` };
}

function withItems(schema: unknown, depth: number): unknown {
  if (!isRecord(schema) || depth > MAX_DEPTH) return schema;
  let result = schema;
  const replace = (keyword: string, value: unknown): void => {
    if (value !== schema[keyword]) result = { ...result, [keyword]: value };
  };
  if (isArrayType(schema["type"]) && schema["items"] === undefined && schema["prefixItems"] === undefined)
    replace("items", {});
  else if (schema["items"] !== undefined) replace("items", withItems(schema["items"], depth + 1));
  for (const keyword of ["properties", "$defs", "definitions"]) replace(keyword, mapRecord(schema[keyword], depth));
  for (const keyword of ["anyOf", "oneOf", "allOf"]) replace(keyword, mapList(schema[keyword], depth));
  return result;
}

function isArrayType(type: unknown): boolean {
  return type === "array" || (Array.isArray(type) && type.includes("array"));
}

function mapRecord(schemas: unknown, depth: number): unknown {
  if (!isRecord(schemas)) return schemas;
  let result = schemas;
  for (const name of Object.keys(schemas)) {
    const adapted = withItems(schemas[name], depth + 1);
    if (adapted !== schemas[name]) result = { ...result, [name]: adapted };
  }
  return result;
}

function mapList(schemas: unknown, depth: number): unknown {
  if (!Array.isArray(schemas)) return schemas;
  const adapted = schemas.map((schema: unknown) => withItems(schema, depth + 1));
  return adapted.some((schema, index) => schema !== schemas[index]) ? adapted : schemas;
}
