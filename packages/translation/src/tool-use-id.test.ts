import { describe, expect, it } from "@jest/globals";
import { assert, property, string } from "fast-check";

import { decodeToolUseId, encodeToolUseId } from "./tool-use-id.ts";

describe("tool use ids", () => {
  it.each(["toolu_01A09q90qw90lq917835lq9", "call_abc", "a", "-_-"])("leaves the legal id %s as it is", (id) => {
    expect(encodeToolUseId(id)).toBe(id);
    expect(decodeToolUseId(id)).toBe(id);
  });

  it.each(["functions.Bash:0", "call|fc_1", "naïve id", "", "swid_already"])("gives %j a legal form and back", (id) => {
    const encoded = encodeToolUseId(id);
    expect(encoded).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(decodeToolUseId(encoded)).toBe(id);
  });

  it("leaves a client's own id alone that only looks encoded", () => {
    expect(decodeToolUseId("swid_call")).toBe("swid_call");
  });

  it("survives the round trip whatever the characters", () => {
    assert(
      property(string({ unit: "grapheme" }), (id) => {
        const encoded = encodeToolUseId(id);
        expect(encoded).toMatch(/^[a-zA-Z0-9_-]+$/);
        expect(decodeToolUseId(encoded)).toBe(id);
      }),
    );
  });
});
