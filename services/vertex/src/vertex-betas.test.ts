import { describe, expect, it } from "@jest/globals";

import { hasFeatureWithoutBeta, mapVertexBeta, type BetaQuestion } from "./vertex-betas.ts";

const messages: BetaQuestion = { canonical: "claude-opus-4-8", hasEffort: true, operation: "messages" };
const counting: BetaQuestion = { ...messages, operation: "count_tokens" };

describe("mapVertexBeta", () => {
  it("lets pass what Vertex documents, and what Claude Code sends there of its own accord", () => {
    for (const beta of [
      "claude-code-20250219",
      "context-1m-2025-08-07",
      "context-management-2025-06-27",
      "effort-2025-11-24",
      "interleaved-thinking-2025-05-14",
      "thinking-token-count-2026-05-13",
      "web-search-2025-03-05",
    ])
      expect(mapVertexBeta(beta, messages)).toBe(beta);
  });

  it("leaves out what Vertex answers 400 to, and whatever is not known", () => {
    for (const beta of [
      "oauth-2025-04-20",
      "prompt-caching-scope-2026-01-05",
      "mid-conversation-system-2026-04-07",
      "mid-conversation-tool-changes-2026-07-01",
      "something-new-2027-01-01",
      "constructor",
    ])
      expect(mapVertexBeta(beta, messages)).toBeUndefined();
  });

  it("names tool search as Vertex does", () => {
    expect(mapVertexBeta("advanced-tool-use-2025-11-20", messages)).toBe("tool-search-tool-2025-10-19");
  });

  it("takes fewer where tokens are counted", () => {
    expect(mapVertexBeta("web-search-2025-03-05", counting)).toBeUndefined();
    expect(mapVertexBeta("advanced-tool-use-2025-11-20", counting)).toBeUndefined();
    expect(mapVertexBeta("interleaved-thinking-2025-05-14", counting)).toBeDefined();
  });

  it("leaves the effort away for a model that has none", () => {
    expect(mapVertexBeta("effort-2025-11-24", { ...messages, hasEffort: false })).toBeUndefined();
  });
});

describe("hasFeatureWithoutBeta", () => {
  it("knows the models that take system messages without being asked by a beta", () => {
    expect(hasFeatureWithoutBeta("mid-conversation-system-2026-04-07", messages)).toBe(true);
    const older: BetaQuestion = { ...messages, canonical: "claude-sonnet-4-6" };
    expect(hasFeatureWithoutBeta("mid-conversation-system-2026-04-07", older)).toBe(false);
  });

  it("is false for every other: what belongs to it leaves the body with it", () => {
    for (const beta of ["mid-conversation-tool-changes-2026-07-01", "prompt-caching-scope-2026-01-05", "toString"])
      expect(hasFeatureWithoutBeta(beta, messages)).toBe(false);
  });
});
