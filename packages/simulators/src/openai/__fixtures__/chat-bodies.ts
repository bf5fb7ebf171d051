import type { Fields } from "./session.ts";

export const PARAMETERS = {
  type: "object",
  properties: { path: { type: "string" }, lines: { type: "array", items: { type: "integer" } } },
  required: ["path"],
} as const;

/** A function tool of chat completions. */
export function tool(name = "read", parameters: unknown = PARAMETERS): Fields {
  return { type: "function", function: { name, description: `does ${name}`, parameters } };
}

export function user(content: unknown = "hello"): Fields {
  return { role: "user", content };
}

/** An assistant message with calls; ids as given. */
export function calls(...ids: string[]): Fields {
  return { role: "assistant", content: null, tool_calls: ids.map((id) => call(id)) };
}

export function call(id: string, name = "read", argumentsText = '{"path":"a"}'): Fields {
  return { id, type: "function", function: { name, arguments: argumentsText } };
}

export function result(id: string, content: unknown = "done"): Fields {
  return { role: "tool", tool_call_id: id, content };
}

/** A picture of one pixel. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export function image(url = `data:image/png;base64,${PNG}`): Fields {
  return { type: "image_url", image_url: { url } };
}

export function text(content = "look"): Fields {
  return { type: "text", text: content };
}
