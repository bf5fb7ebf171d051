import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import type { RequestContext } from "@switchyard/provider-kit";

import { createVertexEdits } from "./vertex-edits.ts";

const catalog = createCatalog();

function contextOf(canonical: string, operation?: RequestContext["operation"]): RequestContext {
  const model = catalog.offersOf("vertex").find((offer) => offer.canonical === canonical);
  if (model === undefined) throw new Error(`no ${canonical}`);
  return { requestId: "r", model, stream: true, clientHeaders: {}, ...(operation === undefined ? {} : { operation }) };
}

function editsOf(canonical: string, operation?: RequestContext["operation"]) {
  return createVertexEdits(contextOf(canonical, operation), catalog.findModel(canonical)?.model);
}

describe("createVertexEdits", () => {
  it("takes the model out of the body and puts the version in", () => {
    expect(editsOf("claude-opus-4-8")).toMatchObject({
      model: { remove: true },
      setFields: { anthropic_version: '"vertex-2023-10-16"' },
      claude: true,
    });
  });

  it("names the model in the body where tokens are counted, by Vertex's own id", () => {
    expect(editsOf("claude-haiku-4-5", "count_tokens").model).toEqual({ set: "claude-haiku-4-5@20251001" });
  });

  it("drops and renames betas together", () => {
    const edits = editsOf("claude-opus-4-8");
    expect(edits.removeBetas?.("oauth-2025-04-20")).toBe(true);
    expect(edits.removeBetas?.("advanced-tool-use-2025-11-20")).toBe(false);
    expect(edits.renameBeta?.("advanced-tool-use-2025-11-20")).toBe("tool-search-tool-2025-10-19");
    expect(edits.renameBeta?.("context-1m-2025-08-07")).toBe("context-1m-2025-08-07");
  });

  it("keeps the effort for models that have one and leaves it away for those that refuse the field", () => {
    expect(editsOf("claude-opus-4-8").removeFields).not.toContain("output_config");
    const without = catalog.models.filter(
      ({ claude, offers }) => claude?.efforts.length === 0 && offers.some(({ kind }) => kind === "vertex"),
    );
    expect(without).not.toHaveLength(0);
    for (const { canonical } of without) expect(editsOf(canonical).removeFields).toContain("output_config");
  });

  it("is plain for models that know no messages of role system", () => {
    expect(editsOf("claude-opus-4-8").plain).toBe(false);
    expect(editsOf("claude-haiku-4-5").plain).toBe(true);
  });
});
