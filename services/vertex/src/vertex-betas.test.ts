import { describe, expect, it } from "@jest/globals";
import { mapVertexBeta } from "./vertex-betas.ts";

describe("mapVertexBeta", () => {
  it("lets pass what Vertex documents", () => {
    for (const beta of ["context-1m-2025-08-07", "interleaved-thinking-2025-05-14", "context-management-2025-06-27"])
      expect(mapVertexBeta(beta)).toBe(beta);
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
      expect(mapVertexBeta(beta)).toBeUndefined();
  });

  it("names tool search as Vertex does", () => {
    expect(mapVertexBeta("advanced-tool-use-2025-11-20")).toBe("tool-search-tool-2025-10-19");
  });
});
