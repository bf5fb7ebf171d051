import { isRecord } from "../invalid-request.ts";
import { describeLost } from "./lost-constraints.ts";
import { mergeAllOf, mergeAlternatives } from "./merge-all-of.ts";
import { createRefResolver } from "./ref-resolver.ts";
import type { RefResolver } from "./ref-resolver.ts";

type Schema = Record<string, unknown>;

/** Keywords that are passed on as they are (docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/Schema). */
const KEPT = [
  "title",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
  "minimum",
  "maximum",
  "pattern",
] as const;
/** Formats that are known per type; others are refused for strings ("only 'enum' and 'date-time' are supported"). */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  string: ["date-time", "enum"],
  integer: ["int32", "int64"],
  number: ["float", "double"],
};
/** Deeper than this, and beyond so many nodes, a schema is only described. */
const MAX_DEPTH = 16;
const MAX_NODES = 4000;

interface Walk {
  refs: RefResolver;
  depth: number;
  nodes: { left: number };
}

/**
 * A JSON schema in the OpenAPI subset that Gemini's function declarations take: references inlined, constants as
 * enums, type lists as nullable or anyOf; what is lost moves into the descriptions. The input stays untouched.
 * undefined for an object without properties, which is refused as parameters.
 */
export function toOpenApiSubset(schema: Schema): Schema | undefined {
  const entered = createRefResolver(schema).enter(schema);
  const whole = mergeAllOf(entered.schema, entered.refs);
  // Parameters must be an object; alternatives are only taken further inside.
  const single = mergeAlternatives(whole.schema, whole.refs);
  const walk: Walk = { refs: single.refs, depth: 0, nodes: { left: MAX_NODES } };
  const root = convertPlain({ ...single.schema, type: "object" }, [...whole.lost, ...single.lost], walk);
  return isRecord(root["properties"]) && Object.keys(root["properties"]).length > 0 ? root : undefined;
}

function convert(schema: unknown, walk: Walk): Schema {
  if (!isRecord(schema)) return { type: "string", description: "Any value" };
  if (walk.depth > MAX_DEPTH || walk.nodes.left-- <= 0)
    return withDescription({ type: "object" }, schema, ["nested too deeply to describe"]);
  const entered = walk.refs.enter(schema);
  if (entered.recursive)
    return withDescription({ type: "object" }, schema, [`the same structure again: ${entered.name}`]);
  const merged = mergeAllOf(entered.schema, entered.refs);
  return convertPlain(merged.schema, merged.lost, { ...walk, depth: walk.depth + 1, refs: merged.refs });
}

function convertPlain(schema: Schema, alreadyLost: readonly string[], walk: Walk): Schema {
  const lost = [...alreadyLost, ...describeLost(schema)];
  const alternatives = alternativesOf(schema);
  if (alternatives !== undefined) return convertAlternatives(schema, alternatives, lost, walk);
  const type = typeOf(schema);
  const result: Schema = { type };
  for (const keyword of KEPT) if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  if (schema["nullable"] === true || isNullable(schema)) result["nullable"] = true;
  convertEnum(schema, result, lost);
  convertFormat(schema, type, result, lost);
  if (type === "object") convertObject(schema, result, walk);
  if (type === "array") result["items"] = convertItems(schema, lost, walk);
  return withDescription(result, schema, lost);
}

function convertObject(schema: Schema, result: Schema, walk: Walk): void {
  if (!isRecord(schema["properties"])) return;
  const properties: Schema = {};
  for (const [name, property] of Object.entries(schema["properties"])) properties[name] = convert(property, walk);
  result["properties"] = properties;
  // A required name without a property is refused.
  if (!Array.isArray(schema["required"])) return;
  const required = schema["required"].filter((name) => typeof name === "string" && Object.hasOwn(properties, name));
  if (required.length > 0) result["required"] = required;
}

function convertItems(schema: Schema, lost: string[], walk: Walk): Schema {
  const tuple = schema["prefixItems"] ?? (Array.isArray(schema["items"]) ? schema["items"] : undefined);
  if (!Array.isArray(tuple)) return schema["items"] === undefined ? { type: "string" } : convert(schema["items"], walk);
  lost.push(`items in this order: ${JSON.stringify(tuple)}`);
  return tuple.length === 0 ? { type: "string" } : convert({ anyOf: tuple as unknown[] }, walk);
}

/** The branches of anyOf and oneOf, or one for each type of a list of types; null apart. */
function alternativesOf(schema: Schema): unknown[] | undefined {
  const listed = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(listed) && listed.length > 0) return listed;
  const types = typesOf(schema).filter((type) => type !== "null");
  if (types.length < 2 || schema["enum"] !== undefined || schema["const"] !== undefined) return undefined;
  const { type: _types, description: _description, ...rest } = schema;
  const nullable = isNullable(schema) ? [{ type: "null" }] : [];
  return [...types.map((type) => ({ ...onlyFor(type, rest), type })), ...nullable];
}

const ONLY_FOR: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "minProperties", "maxProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  string: ["minLength", "maxLength", "pattern", "format"],
};

function onlyFor(type: string, schema: Schema): Schema {
  const foreign = new Set(Object.entries(ONLY_FOR).flatMap(([its, keywords]) => (its === type ? [] : keywords)));
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !foreign.has(keyword)));
}

/** Beside anyOf no other field is taken: null becomes nullable, one branch left stands alone, the words go inside. */
function convertAlternatives(schema: Schema, alternatives: unknown[], lost: string[], walk: Walk): Schema {
  const branches = alternatives.filter((branch) => !(isRecord(branch) && branch["type"] === "null"));
  const nullable = branches.length < alternatives.length || isNullable(schema) || schema["nullable"] === true;
  const converted = branches.map((branch) => convert(isRecord(branch) ? withShared(schema, branch) : branch, walk));
  const first = converted[0];
  if (first === undefined) return withDescription({ type: "string", nullable: true }, schema, lost);
  if (nullable) for (const branch of converted) branch["nullable"] = true;
  const described = withDescription(first, { description: joined(schema["description"], first["description"]) }, lost);
  return converted.length === 1 ? described : { anyOf: [described, ...converted.slice(1)] };
}

/** Properties that stand beside the alternatives belong to each of them. */
function withShared(schema: Schema, branch: Schema): Schema {
  if (!isRecord(schema["properties"])) return branch;
  const { properties, required } = schema;
  return { allOf: [branch, { type: "object", properties, ...(required === undefined ? {} : { required }) }] };
}

/** Only strings can be listed; other constants are described. */
function convertEnum(schema: Schema, result: Schema, lost: string[]): void {
  const listed = Array.isArray(schema["enum"])
    ? (schema["enum"] as unknown[])
    : "const" in schema
      ? [schema["const"]]
      : undefined;
  if (listed === undefined) return;
  const values = listed.filter((value) => value !== null);
  if (values.length < listed.length) result["nullable"] = true;
  if (
    result["type"] === "string" &&
    values.length > 0 &&
    values.every((value) => typeof value === "string" && value !== "")
  )
    result["enum"] = values;
  else if (values.length > 0) lost.push(`one of: ${values.map((value) => JSON.stringify(value)).join(", ")}`);
}

function convertFormat(schema: Schema, type: string, result: Schema, lost: string[]): void {
  const format = schema["format"];
  if (typeof format !== "string") return;
  if (FORMATS[type]?.includes(format)) result["format"] = format;
  else lost.push(`format: ${format}`);
}

function typesOf(schema: Schema): string[] {
  const type = schema["type"];
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((its) => typeof its === "string") : [];
}

function isNullable(schema: Schema): boolean {
  return typesOf(schema).includes("null");
}

/** A type is demanded; where the schema has none, what else it says tells. */
function typeOf(schema: Schema): string {
  const given = typesOf(schema).find((type) => type !== "null");
  if (given !== undefined) return given;
  if (schema["properties"] !== undefined || schema["additionalProperties"] !== undefined) return "object";
  if (schema["items"] !== undefined || schema["prefixItems"] !== undefined) return "array";
  const [value] = Array.isArray(schema["enum"]) ? (schema["enum"] as unknown[]) : [schema["const"]];
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "boolean" ? "boolean" : "string";
}

function withDescription(result: Schema, schema: Schema, lost: readonly string[]): Schema {
  const description = joined(schema["description"], lost.length > 0 ? `(${lost.join("; ")})` : undefined);
  return description === undefined ? result : { ...result, description };
}

function joined(left: unknown, right: unknown): string | undefined {
  const words = [left, right].filter((text): text is string => typeof text === "string" && text !== "");
  return words.length === 0 ? undefined : words.join(" ");
}
