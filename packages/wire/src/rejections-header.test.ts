import { describe, expect, it } from "@jest/globals";

import type { Rejection } from "./limit-observation.ts";
import { readRejections, writeRejections } from "./rejections-header.ts";

const REJECTIONS: Rejection[] = [
  { kind: "field", name: "context_management" },
  { kind: "field", name: "tools[*].eager_input_streaming" },
  { kind: "beta", name: "context-management-2025-06-27" },
];

describe("rejections in a header", () => {
  it("come out as they went in", () => {
    const text = writeRejections(REJECTIONS);
    expect(text).toBe(
      "field:context_management, field:tools[*].eager_input_streaming, beta:context-management-2025-06-27",
    );
    expect(readRejections(text)).toEqual(REJECTIONS);
  });

  it.each(["", "a b", "a,b", "a\r\nx-evil: 1", "ü", "a".repeat(129)])("leave out %j, which is no name", (name) => {
    expect(writeRejections([{ kind: "field", name }])).toBe("");
  });

  it("stop at sixteen", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ kind: "field", name: `f${index}` }) as const);
    expect(readRejections(writeRejections(many))).toHaveLength(16);
  });

  it.each([
    undefined,
    "",
    "field",
    "field:",
    ":name",
    "colour:red",
    "field:a b",
    "[]",
    `field:a${",field:b".repeat(2000)}`,
  ])("are none in a header that holds something else (row %#)", (text) => {
    expect(readRejections(text)).toEqual([]);
  });

  it("survive a neighbour that cannot be read", () => {
    expect(readRejections("nonsense, beta:a-1")).toEqual([{ kind: "beta", name: "a-1" }]);
  });
});
