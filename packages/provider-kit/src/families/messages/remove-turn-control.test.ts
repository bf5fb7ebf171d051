import { describe, expect, it } from "@jest/globals";

import { edit } from "./__fixtures__/edit.ts";

const BODY = {
  model: "claude-opus-4-8",
  messages: [
    { role: "user", content: "x" },
    { role: "system", content: [{ type: "text", text: "environment" }], output_config: { effort: "low" } },
    { role: "assistant", content: "y" },
    { role: "user", content: "z" },
  ],
};

describe("an effort for single turns", () => {
  it("goes from system messages together with its beta, the rest stays byte for byte", () => {
    const { text, codes } = edit(BODY, { removedBetas: ["per-turn-control-2026-07-01"] });
    expect(text).toBe(JSON.stringify(BODY).replace(',"output_config":{"effort":"low"}', ""));
    expect(codes).toEqual(["turn-control-left-out"]);
  });

  it("stays where the beta stays", () => {
    expect(edit(BODY).text).toBe(JSON.stringify(BODY));
  });
});
