import { describe, expect, it } from "@jest/globals";
import { checkToolSchema } from "./check-tool-schema.ts";

const PLACE = "tools[0].function_declarations[0].parameters";
const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: "object",
  properties,
  ...more,
});
const text = { type: "string" };
const messageFor = (schema: Record<string, unknown>): string | undefined => checkToolSchema(schema, PLACE)?.message;

describe("Google's schema for parameters", () => {
  it.each([
    ["plain properties", object({ a: text, b: { type: "INTEGER", minimum: 1, maximum: 3, format: "int32" } })],
    [
      "lists and alternatives",
      object({ a: { type: "array", items: { anyOf: [text, { type: "number" }] }, maxItems: 3 } }),
    ],
    ["an enumeration of texts", object({ a: { type: "string", format: "enum", enum: ["x"], nullable: true } })],
    ["objects without properties further inside", object({ a: { type: "object", description: "anything" } })],
    ["required properties", object({ a: text }, { required: ["a"], description: "d", title: "t" })],
  ])("takes %s", (_what, schema) => {
    expect(messageFor(schema)).toBeUndefined();
  });

  it.each([
    ["$schema", { $schema: "x" }],
    ["additionalProperties", { additionalProperties: false }],
    ["$defs", { $defs: {} }],
    ["oneOf", { oneOf: [] }],
    ["allOf", { allOf: [] }],
    ["const", { const: 1 }],
    ["exclusiveMinimum", { exclusiveMinimum: 1 }],
    ["propertyNames", { propertyNames: {} }],
    ["$ref", { $ref: "#/a" }],
  ])("does not know %s", (keyword, more) => {
    const description = `Invalid JSON payload received. Unknown name "${keyword}" at '${PLACE}': Cannot find field.`;
    expect(checkToolSchema(object({ a: text }, more), PLACE)).toEqual({
      status: 400,
      message: description,
      details: [
        { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field: PLACE, description }] },
      ],
    });
  });

  it("names every unknown keyword by its place in the message, each on a line", () => {
    const schema = object({
      a: text,
      b: { type: "array", items: object({ c: { type: "string", const: "x" } }, { additionalProperties: false }) },
      d: { anyOf: [text, { type: "string", pattern: "x", examples: [] }] },
    });
    expect(messageFor(schema)?.split("\n")).toEqual([
      `Invalid JSON payload received. Unknown name "additionalProperties" at '${PLACE}.properties[1].value.items': Cannot find field.`,
      `Invalid JSON payload received. Unknown name "const" at '${PLACE}.properties[1].value.items.properties[0].value': Cannot find field.`,
      `Invalid JSON payload received. Unknown name "examples" at '${PLACE}.properties[2].value.any_of[1]': Cannot find field.`,
    ]);
  });

  it("takes one type, not a list of them", () => {
    expect(messageFor(object({ a: { type: ["string", "null"] } }))).toBe(
      `Invalid JSON payload received. Unknown name "type" at '${PLACE}.properties[0].value': Proto field is not repeating, cannot start list.`,
    );
  });

  it("takes only types that it knows", () => {
    expect(messageFor(object({ a: { type: "date" } }))).toMatch(
      /^Invalid value at '.*\.properties\[0\]\.value\.type' \(type\.googleapis\.com\/google\.ai\.generativelanguage\.v1beta\.Type\), "date"$/,
    );
  });

  it.each([
    [
      "a format of texts",
      object({ url: { ...text, format: "uri" } }),
      ".properties[url].format: only 'enum' and 'date-time' are supported for STRING type",
    ],
    [
      "an enumeration of numbers",
      object({ a: { type: "integer", enum: [1] } }),
      ".properties[a].enum: only allowed for STRING type",
    ],
    ["a list of nothing", object({ a: { type: "array" } }), ".properties[a].items: missing field."],
    ["an object without properties", object({}), ".properties: should be non-empty for OBJECT type"],
    [
      "a value without a type",
      object({ a: { description: "x" } }),
      ".properties[a].type: must be specified when not using one_of, any_of or all_of fields",
    ],
    [
      "a required name without a property",
      object({ a: text }, { required: ["a", "b"] }),
      ".required[1]: property is not defined",
    ],
    [
      "properties of a text",
      object({ a: { ...text, properties: {} } }),
      ".properties[a].properties: only allowed for OBJECT type",
    ],
    [
      "a place deep inside",
      object({ a: { type: "array", items: object({ b: { type: "array" } }) } }),
      ".properties[a].items.properties[b].items: missing field.",
    ],
  ])("refuses %s", (_what, schema, finding) => {
    expect(messageFor(schema)).toBe(`* GenerateContentRequest.${PLACE}${finding}\n`);
  });
});
