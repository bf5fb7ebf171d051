import { describe, expect, it } from "@jest/globals";

import { claudeCodeRequest } from "../__fixtures__/claude-code-request.ts";
import { deepFreeze } from "../__fixtures__/convert.ts";
import { toOpenApiSubset } from "./openapi-subset.ts";

type Schema = Record<string, unknown>;

/** The conversion of one property, frozen so that a write into the input throws. */
function property(schema: unknown, more: Schema = {}): unknown {
  const converted = toOpenApiSubset(deepFreeze({ type: "object", properties: { p: schema }, ...more }) as Schema);
  const properties = converted?.["properties"] as Schema | undefined;
  return properties?.["p"];
}

describe("a property in the OpenAPI subset", () => {
  it.each<[string, unknown, unknown]>([
    ["a plain type", { type: "string", description: "d" }, { type: "string", description: "d" }],
    ["bounds", { type: "integer", minimum: 1, maximum: 9 }, { type: "integer", minimum: 1, maximum: 9 }],
    [
      "an exclusive bound",
      { type: "integer", exclusiveMinimum: 0, description: "n" },
      { type: "integer", description: "n (greater than: 0)" },
    ],
    ["a default", { type: "boolean", default: false }, { type: "boolean", description: "(default: false)" }],
    ["a known format", { type: "string", format: "date-time" }, { type: "string", format: "date-time" }],
    ["another format", { type: "string", format: "uri" }, { type: "string", description: "(format: uri)" }],
    ["a nullable type", { type: ["string", "null"] }, { type: "string", nullable: true }],
    [
      "several types",
      { type: ["string", "number"], description: "d" },
      { anyOf: [{ type: "string", description: "d" }, { type: "number" }] },
    ],
    [
      "several types or null",
      { type: ["string", "number", "null"] },
      {
        anyOf: [
          { type: "string", nullable: true },
          { type: "number", nullable: true },
        ],
      },
    ],
    [
      "several types with words for one",
      { type: ["string", "array"], items: { type: "string" }, minLength: 2 },
      {
        anyOf: [
          { type: "string", minLength: 2 },
          { type: "array", items: { type: "string" } },
        ],
      },
    ],
    ["an enum", { type: "string", enum: ["a", "b"] }, { type: "string", enum: ["a", "b"] }],
    ["an enum without a type", { enum: ["a"] }, { type: "string", enum: ["a"] }],
    ["an enum with null", { enum: ["a", null] }, { type: "string", nullable: true, enum: ["a"] }],
    ["an enum of numbers", { type: "integer", enum: [1, 2] }, { type: "integer", description: "(one of: 1, 2)" }],
    [
      "an enum with the empty string, which is refused",
      { type: "string", enum: ["", "a"] },
      { type: "string", description: `(one of: "", "a")` },
    ],
    ["a constant", { const: "x" }, { type: "string", enum: ["x"] }],
    ["a constant number", { const: 5 }, { type: "integer", description: "(one of: 5)" }],
    ["a constant truth", { const: true }, { type: "boolean", description: "(one of: true)" }],
    [
      "anyOf with null",
      { anyOf: [{ type: "string" }, { type: "null" }], description: "d" },
      { type: "string", nullable: true, description: "d" },
    ],
    [
      "anyOf",
      { anyOf: [{ type: "string", description: "s" }, { type: "number" }], description: "d" },
      { anyOf: [{ type: "string", description: "d s" }, { type: "number" }] },
    ],
    ["oneOf", { oneOf: [{ type: "string" }, { type: "number" }] }, { anyOf: [{ type: "string" }, { type: "number" }] }],
    ["anyOf of null alone", { anyOf: [{ type: "null" }] }, { type: "string", nullable: true }],
    [
      "alternatives of constants",
      { anyOf: [{ const: "a" }, { const: "b" }] },
      {
        anyOf: [
          { type: "string", enum: ["a"] },
          { type: "string", enum: ["b"] },
        ],
      },
    ],
    [
      "alternatives that only say what is required",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }] },
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    ],
    [
      "allOf",
      {
        allOf: [
          { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
          { properties: { b: { type: "number" } }, required: ["b"] },
        ],
      },
      { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a", "b"] },
    ],
    ["not", { type: "string", not: { const: "x" } }, { type: "string", description: `(not: {"const":"x"})` }],
    ["an array without items", { type: "array" }, { type: "array", items: { type: "string" } }],
    ["items without a type", { items: { type: "number" } }, { type: "array", items: { type: "number" } }],
    [
      "unique items",
      { type: "array", items: { type: "string" }, uniqueItems: true },
      { type: "array", items: { type: "string" }, description: "(items must be unique)" },
    ],
    [
      "a tuple",
      { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] },
      {
        type: "array",
        items: { anyOf: [{ type: "string" }, { type: "number" }] },
        description: `(items in this order: [{"type":"string"},{"type":"number"}])`,
      },
    ],
    [
      "a closed object",
      { type: "object", properties: { a: { type: "string" } }, additionalProperties: false },
      { type: "object", properties: { a: { type: "string" } } },
    ],
    [
      "a map",
      { type: "object", additionalProperties: { type: "number" } },
      { type: "object", description: `(further properties with values of: {"type":"number"})` },
    ],
    [
      "pattern properties",
      { type: "object", patternProperties: { "^x": { type: "number" } } },
      { type: "object", description: `(properties by pattern: {"^x":{"type":"number"}})` },
    ],
    [
      "requirements without a property, which are refused",
      { type: "object", properties: { a: { type: "string" } }, required: ["a", "ghost"] },
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    ],
    [
      "properties named like keywords",
      {
        type: "object",
        properties: { $ref: { type: "string" }, format: { type: "string" }, enum: { type: "number" } },
      },
      {
        type: "object",
        properties: { $ref: { type: "string" }, format: { type: "string" }, enum: { type: "number" } },
      },
    ],
    ["anything at all", {}, { type: "string" }],
    ["true", true, { type: "string", description: "Any value" }],
  ])("%s", (_kind, schema, expected) => {
    expect(property(schema)).toEqual(expected);
  });

  it("has its references inlined, what stands beside them included", () => {
    const $defs = { name: { type: "string", description: "of a person" }, "a/b": { type: "number" } };
    expect(property({ $ref: "#/$defs/name" }, { $defs })).toEqual({ type: "string", description: "of a person" });
    expect(property({ $ref: "#/$defs/name", description: "mine" }, { $defs })).toEqual({
      type: "string",
      description: "mine",
    });
    expect(property({ $ref: "#/$defs/a~1b" }, { $defs })).toEqual({ type: "number" });
    expect(
      property({ $ref: "#/definitions/x" }, { definitions: { x: { $ref: "#/definitions/y" }, y: { type: "number" } } }),
    ).toEqual({ type: "number" });
    expect(property({ allOf: [{ $ref: "#/$defs/name" }], default: "x" }, { $defs })).toEqual({
      type: "string",
      description: `of a person (default: "x")`,
    });
  });

  it("is of some type where its reference leads nowhere", () => {
    expect(property({ $ref: "#/$defs/ghost", description: "d" })).toEqual({ type: "string", description: "d" });
    expect(property({ $ref: "https://example.com/schema" })).toEqual({ type: "string" });
  });
});

describe("recursive schemas", () => {
  it("end where they begin again", () => {
    const $defs = {
      node: { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/node" } } },
    };
    expect(property({ $ref: "#/$defs/node" }, { $defs })).toEqual({
      type: "object",
      properties: {
        value: { type: "string" },
        next: { type: "object", description: "(the same structure again: node)" },
      },
    });
  });

  it("end where they refer to themselves or to their root", () => {
    expect(property({ $ref: "#/$defs/a" }, { $defs: { a: { $ref: "#/$defs/a" } } })).toEqual({
      type: "object",
      description: "(the same structure again: a)",
    });
    const root = property({ $ref: "#" }) as Schema;
    expect(root).toMatchObject({ type: "object", properties: { p: { type: "object" } } });
  });

  it("end where allOf and anyOf lead back", () => {
    const $defs = { a: { allOf: [{ $ref: "#/$defs/b" }] }, b: { anyOf: [{ $ref: "#/$defs/a" }, { type: "null" }] } };
    expect(JSON.stringify(property({ $ref: "#/$defs/a" }, { $defs }))).toContain("the same structure again");
  });

  it("stay small where each level refers to the next one many times", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 12 }, (_, level) => {
        const next = { $ref: `#/$defs/l${level + 1}` };
        return [
          `l${level}`,
          { type: "object", properties: Object.fromEntries("abcdefgh".split("").map((name) => [name, next])) },
        ];
      }),
    );
    const start = process.cpuUsage();
    const json = JSON.stringify(property({ $ref: "#/$defs/l0" }, { $defs: { ...$defs, l12: { type: "string" } } }));
    expect(json.length).toBeLessThan(2_000_000);
    expect(process.cpuUsage(start).user).toBeLessThan(5_000_000);
  });

  it("are cut where they are too deep", () => {
    let deep: Schema = { type: "string" };
    for (let level = 0; level < 40; level++) deep = { type: "object", properties: { inner: deep } };
    expect(JSON.stringify(property(deep))).toContain("nested too deeply");
  });
});

describe("parameters as a whole", () => {
  it("are absent for a tool without arguments", () => {
    expect(toOpenApiSubset({ type: "object", properties: {} })).toBeUndefined();
    expect(toOpenApiSubset({})).toBeUndefined();
  });

  it("are one object where the schema has alternatives at its root", () => {
    const schema = {
      anyOf: [
        { type: "object", properties: { a: { type: "string" }, c: { type: "string" } }, required: ["a", "c"] },
        { type: "object", properties: { b: { type: "number" }, c: { type: "string" } }, required: ["b", "c"] },
      ],
    };
    expect(toOpenApiSubset(schema)).toEqual({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "number" }, c: { type: "string" } },
      required: ["c"],
      description: `(one of these: ${JSON.stringify(schema.anyOf)})`,
    });
  });

  it("keep the root's own properties beside its alternatives", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    };
    expect(toOpenApiSubset(schema)).toMatchObject({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
    });
    expect(toOpenApiSubset(schema)).not.toHaveProperty("required");
  });

  it("are inlined where the root is a reference", () => {
    const schema = { $ref: "#/$defs/args", $defs: { args: { type: "object", properties: { a: { type: "string" } } } } };
    expect(toOpenApiSubset(schema)).toEqual({ type: "object", properties: { a: { type: "string" } } });
  });

  it("of Claude Code's tools hold nothing outside the subset", () => {
    const known = new Set([
      "type",
      "description",
      "title",
      "nullable",
      "enum",
      "format",
      "items",
      "properties",
      "required",
      "anyOf",
      "minItems",
      "maxItems",
      "minLength",
      "maxLength",
      "minProperties",
      "maxProperties",
      "minimum",
      "maximum",
      "pattern",
    ]);
    const check = (schema: Schema): void => {
      for (const keyword of Object.keys(schema)) expect(known).toContain(keyword);
      if (schema["anyOf"] !== undefined) expect(Object.keys(schema)).toEqual(["anyOf"]);
      for (const inner of Object.values((schema["properties"] ?? {}) as Record<string, Schema>)) check(inner);
      if (schema["items"] !== undefined) check(schema["items"] as Schema);
      for (const inner of (schema["anyOf"] ?? []) as Schema[]) check(inner);
    };
    const converted = (claudeCodeRequest().tools ?? []).map((tool) =>
      toOpenApiSubset(deepFreeze(tool.input_schema ?? {})),
    );
    expect(converted.filter((schema) => schema !== undefined)).toHaveLength(13);
    for (const schema of converted) if (schema !== undefined) check(schema);
  });
});
