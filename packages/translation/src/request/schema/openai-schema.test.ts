import { describe, expect, it } from "@jest/globals";

import { convert, deepFreeze } from "../__fixtures__/convert.ts";
import { GEMINI, OPENAI_CHAT, OPENAI_RESPONSES } from "../__fixtures__/targets.ts";
import { adaptOpenAiSchema } from "./openai-schema.ts";
import { qualifiesForStrict } from "./strict-schema.ts";

type Schema = Record<string, unknown>;

const CLOSED = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };

describe("a schema for OpenAI", () => {
  it("is the very same object where it is taken as it is", () => {
    const schema = deepFreeze({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        a: { $ref: "#/$defs/x" },
        b: { type: "array", items: { const: 1 } },
        c: { anyOf: [{ type: "null" }, true] },
      },
      $defs: { x: { type: "string", format: "uri" } },
    });
    expect(adaptOpenAiSchema(schema)).toEqual({ schema });
    expect(adaptOpenAiSchema(schema).schema).toBe(schema);
  });

  it.each<[string, Schema, unknown]>([
    ["gets the type that the root must have", { properties: {} }, { schema: { type: "object", properties: {} } }],
    ["gets the properties that the root must have", { type: "object" }, { schema: { type: "object", properties: {} } }],
    [
      "gets items where an array has none",
      { type: "object", properties: { l: { type: ["array", "null"] } } },
      { schema: { type: "object", properties: { l: { type: ["array", "null"], items: {} } } } },
    ],
    [
      "gets items deep inside",
      {
        type: "object",
        properties: { l: { anyOf: [{ type: "array", items: { type: "array" } }] } },
        $defs: { x: { type: "array" } },
      },
      {
        schema: {
          type: "object",
          properties: { l: { anyOf: [{ type: "array", items: { type: "array", items: {} } }] } },
          $defs: { x: { type: "array", items: {} } },
        },
      },
    ],
    [
      "tells a root's alternatives in words",
      { type: "object", properties: { a: {} }, oneOf: [{ required: ["a"] }] },
      {
        schema: { type: "object", properties: { a: {} } },
        lost: `The input must also satisfy oneOf: [{"required":["a"]}]`,
      },
    ],
  ])("%s", (_kind, schema, expected) => {
    expect(adaptOpenAiSchema(deepFreeze(schema))).toEqual(expected);
  });
});

describe("strict mode", () => {
  it.each<[string, Schema]>([
    ["a closed object", CLOSED],
    ["nothing at all", { type: "object", properties: {}, additionalProperties: false }],
    ["closed objects inside", { ...CLOSED, properties: { a: { type: "array", items: CLOSED } } }],
    ["references", { ...CLOSED, properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: CLOSED } }],
    ["alternatives inside", { ...CLOSED, properties: { a: { anyOf: [CLOSED, { type: "null" }] } } }],
  ])("takes %s", (_kind, schema) => {
    expect(qualifiesForStrict(schema)).toBe(true);
  });

  it.each<[string, Schema]>([
    ["an open object", { ...CLOSED, additionalProperties: undefined }],
    ["an optional property", { ...CLOSED, required: [] }],
    ["an open object inside", { ...CLOSED, properties: { a: { type: "object", properties: {} } } }],
    [
      "an open object behind a reference",
      { ...CLOSED, properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: { type: "object" } } },
    ],
    ["alternatives at the root", { ...CLOSED, anyOf: [CLOSED] }],
    ["oneOf", { ...CLOSED, properties: { a: { oneOf: [CLOSED] } } }],
    ["allOf", { ...CLOSED, properties: { a: { allOf: [CLOSED] } } }],
    ["a look-around", { ...CLOSED, properties: { a: { type: "string", pattern: "^(?!x)" } } }],
    ["a property without a type", { ...CLOSED, properties: { a: {} } }],
    ["no object", { type: "string" }],
    ["a schema that is only true", { ...CLOSED, properties: { a: true } }],
  ])("does not take %s", (_kind, schema) => {
    expect(qualifiesForStrict(schema)).toBe(false);
  });

  it("is sent where it was asked for and the schema qualifies", () => {
    const tools = [{ name: "a", input_schema: CLOSED, strict: true }];
    expect(convert({ tools }).body["tools"]).toEqual([
      { type: "function", function: { name: "a", parameters: CLOSED, strict: true } },
    ]);
  });

  it("is told where it was asked for in vain", () => {
    const converted = convert({
      tools: [{ name: "a", input_schema: { type: "object", properties: {} }, strict: true }],
    });
    expect(JSON.stringify(converted.body["tools"])).not.toContain("strict");
    expect(converted.warnings).toEqual([expect.objectContaining({ code: "strict-left-out", path: "tools.a.strict" })]);
  });

  it("is turned off by name on Responses, where it is the default", () => {
    const tools = [{ name: "a", description: "d", input_schema: { type: "object", properties: {} } }];
    expect(convert({ tools }, OPENAI_RESPONSES).body["tools"]).toEqual([
      { type: "function", name: "a", description: "d", parameters: { type: "object", properties: {} }, strict: false },
    ]);
  });
});

describe("tools", () => {
  it("share their schema with the request", () => {
    const schema = { type: "object", properties: { a: { const: 1 } } };
    const { body } = convert({ tools: [{ name: "a", input_schema: schema }] }, OPENAI_CHAT);
    expect((body["tools"] as { function: { parameters: unknown } }[])[0]?.function.parameters).toBe(schema);
  });

  it("without arguments go without parameters to Gemini", () => {
    const { body } = convert(
      { tools: [{ name: "a", description: null, input_schema: { type: "object", properties: {} } }] },
      GEMINI,
    );
    expect(body["tools"]).toEqual([{ type: "function", function: { name: "a" } }]);
  });

  it("go without examples, which is told", () => {
    const converted = convert({ tools: [{ name: "a", input_schema: CLOSED, input_examples: [{ a: "x" }] }] });
    expect(JSON.stringify(converted.body)).not.toContain("examples");
    expect(converted.warnings.map(({ code }) => code)).toEqual(["input-examples-left-out"]);
  });
});
