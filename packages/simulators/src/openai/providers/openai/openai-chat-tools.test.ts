import { tool, user } from "../../__fixtures__/chat-bodies.ts";
import { testRefusals, type Refusal } from "../../__fixtures__/refusals.ts";
import type { Fields } from "../../__fixtures__/session.ts";

const TOOLS: readonly Refusal[] = [
  [
    "a tool's name with a space",
    { tools: [tool("read file")] },
    "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "tools[0].function.name",
    "invalid_value",
  ],
  [
    "a tool's name of 65 characters",
    { tools: [tool(), tool("n".repeat(65))] },
    "Invalid 'tools[1].function.name': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    "tools[1].function.name",
    "string_above_max_length",
  ],
  [
    "a tool without a name",
    { tools: [tool("")] },
    /^Invalid 'tools\[0\]\.function\.name': empty string/,
    "tools[0].function.name",
    "empty_string",
  ],
  [
    "parameters that are a list",
    { tools: [tool("read", { type: "array", items: {} })] },
    `Invalid schema for function 'read': schema must be a JSON Schema of 'type: "object"', got 'type: "array"'.`,
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "parameters without a type",
    { tools: [tool("read", {})] },
    `Invalid schema for function 'read': schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`,
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "parameters without properties",
    { tools: [tool("read", { type: "object" })] },
    "Invalid schema for function 'read': In context=(), object schema missing properties.",
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "alternatives at the top of parameters",
    { tools: [tool("read", { type: "object", properties: {}, anyOf: [{ required: ["a"] }] })] },
    /^Invalid schema for function 'read': schema must have type 'object' and not have 'oneOf'/,
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "a list of nothing in parameters",
    {
      tools: [
        tool("read", { type: "object", properties: { a: { type: "object", properties: { b: { type: "array" } } } } }),
      ],
    },
    "Invalid schema for function 'read': In context=('properties', 'a', 'properties', 'b'), array schema missing items.",
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "strict parameters that are open",
    { tools: [strictTool({ type: "object", properties: {} })] },
    "Invalid schema for function 'read': In context=(), 'additionalProperties' is required to be supplied and to be false.",
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "strict parameters of which one is optional",
    {
      tools: [
        strictTool({
          type: "object",
          properties: { a: { type: "object", properties: { b: {} }, additionalProperties: false } },
          required: ["a"],
          additionalProperties: false,
        }),
      ],
    },
    "Invalid schema for function 'read': In context=('properties', 'a'), 'required' is required to be supplied and to be an array including every key in properties. Missing 'b'.",
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "a choice without tools",
    { tool_choice: "auto" },
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    "tool_choice",
    null,
  ],
  [
    "parallel calls without tools",
    { parallel_tool_calls: false },
    "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
    "parallel_tool_calls",
    null,
  ],
  [
    "a choice of a tool that is not there",
    { tools: [tool()], tool_choice: { type: "function", function: { name: "write" } } },
    "Invalid value for 'tool_choice': no function named 'write' was specified in the 'tools' parameter.",
    "tool_choice",
    null,
  ],
  [
    "129 tools",
    { tools: Array.from({ length: 129 }, (_, index) => tool(`t${index}`)) },
    /^Invalid 'tools': array too long\. Expected an array with maximum length 128/,
    "tools",
    "array_above_max_length",
  ],
];

function strictTool(parameters: unknown): Fields {
  return { type: "function", function: { name: "read", parameters, strict: true } };
}

testRefusals(
  {
    title: "OpenAI's chat completions, by their tools,",
    kind: "openai",
    path: "/v1/chat/completions",
    good: { model: "gpt-4.1", messages: [user()] },
  },
  TOOLS,
);
