import { describe, expect, it } from "@jest/globals";
import { listKeyPaths } from "./list-key-paths.ts";

const pathsOf = (...values: unknown[]) =>
  Object.fromEntries([...listKeyPaths(...values)].map(([path, types]) => [path, [...types].join("|")]));

describe("listKeyPaths", () => {
  it("names every path with its type", () => {
    expect(pathsOf({ id: "x", usage: { input: 1, cache: null }, done: true, list: [] })).toEqual({
      id: "string",
      usage: "object",
      "usage.input": "number",
      "usage.cache": "null",
      done: "boolean",
      list: "list",
    });
  });

  it("tells the elements of a list apart by their type", () => {
    const content = [{ type: "text", text: "a" }, { type: "tool_use", id: "b" }, 7];
    expect(pathsOf({ content })).toMatchObject({
      "content[text].text": "string",
      "content[tool_use].id": "string",
      "content[]": "number",
    });
  });

  it("takes several values together, with every type that a path has", () => {
    expect(pathsOf({ usage: null }, { usage: { n: 1 } })).toEqual({ usage: "null|object", "usage.n": "number" });
  });

  it("does not look into what is a tool's or a caller's own", () => {
    expect(pathsOf({ type: "tool_use", input: { city: "Paris" } })).toEqual({ type: "string", input: "object" });
    expect(pathsOf({ metadata: null, input: "text" })).toEqual({ metadata: "null", input: "string" });
  });

  it("finds nothing in a value that is no object", () => {
    expect(pathsOf("text", 1, null, undefined)).toEqual({});
  });
});
