import { describe, expect, it } from "@jest/globals";

import { hasFeatureWithoutBeta, mapVertexBeta, type BetaQuestion } from "./vertex-betas.ts";

const messages: BetaQuestion = { canonical: "claude-opus-4-8", operation: "messages" };
const counting: BetaQuestion = { canonical: "claude-opus-4-8", operation: "count_tokens" };

describe("mapVertexBeta", () => {
  it("lets pass what Vertex documents", () => {
    for (const beta of ["context-1m-2025-08-07", "interleaved-thinking-2025-05-14", "context-management-2025-06-27"])
      expect(mapVertexBeta(beta, messages)).toBe(beta);
  });

  it("leaves out what Vertex answers 400 to, and whatever is not known", () => {
    for (const beta of [
      "claude-code-20250219",
      "effort-2025-11-24",
      "oauth-2025-04-20",
      "fine-grained-tool-streaming-2025-05-14",
      "prompt-caching-scope-2026-01-05",
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
    expect(mapVertexBeta("web-search-2025-03-05", messages)).toBe("web-search-2025-03-05");
    expect(mapVertexBeta("web-search-2025-03-05", counting)).toBeUndefined();
    expect(mapVertexBeta("advanced-tool-use-2025-11-20", counting)).toBeUndefined();
    expect(mapVertexBeta("interleaved-thinking-2025-05-14", counting)).toBeDefined();
  });

  it("keeps the effort's beta for the one model that needs it", () => {
    expect(mapVertexBeta("effort-2025-11-24", { ...messages, canonical: "claude-opus-4-5" })).toBe("effort-2025-11-24");
  });
});

describe("hasFeatureWithoutBeta", () => {
  it("knows the effort of newer models and system messages of those that take them", () => {
    expect(hasFeatureWithoutBeta("effort-2025-11-24", messages)).toBe(true);
    expect(hasFeatureWithoutBeta("mid-conversation-system-2026-04-07", messages)).toBe(true);
    const older: BetaQuestion = { ...messages, canonical: "claude-sonnet-4-6" };
    expect(hasFeatureWithoutBeta("mid-conversation-system-2026-04-07", older)).toBe(false);
    expect(hasFeatureWithoutBeta("effort-2025-11-24", older)).toBe(true);
  });

  it("is false for every other: what belongs to it leaves the body with it", () => {
    for (const beta of ["mid-conversation-tool-changes-2026-07-01", "prompt-caching-scope-2026-01-05", "toString"])
      expect(hasFeatureWithoutBeta(beta, messages)).toBe(false);
  });
});
