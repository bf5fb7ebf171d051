import type { CatalogModel } from "@switchyard/catalog";
import { takesSystemMessages, type AnthropicEdits, type RequestContext } from "@switchyard/provider-kit";

import { hasFeatureWithoutBeta, mapVertexBeta } from "./vertex-betas.ts";

/** Goes into the body, where the Claude API has a header (docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude). */
const ANTHROPIC_VERSION = "vertex-2023-10-16";

/** Fields of the Claude API that Vertex answers with 400 "Extra inputs are not permitted". */
const REFUSED_FIELDS: readonly string[] = ["container", "mcp_servers", "service_tier", "inference_geo", "speed"];

/** What Claude on Vertex wants otherwise than the Claude API. `known`: the catalogue's entry of the model. */
export function createVertexEdits(
  { model, operation = "messages" }: RequestContext,
  known: CatalogModel | undefined,
): AnthropicEdits {
  const hasEffort = known?.claude === undefined || known.claude.efforts.length > 0;
  const question = { canonical: model.canonical, hasEffort, operation };
  return {
    // The counting address names no model, so there it stands in the body.
    model: operation === "count_tokens" ? { set: model.id } : { remove: true },
    setFields: { anthropic_version: JSON.stringify(ANTHROPIC_VERSION) },
    removeFields: hasEffort ? REFUSED_FIELDS : [...REFUSED_FIELDS, "output_config"],
    removeBetas: (beta) => mapVertexBeta(beta, question) === undefined,
    keepFieldsOf: (beta) => hasFeatureWithoutBeta(beta, question),
    renameBeta: (beta) => mapVertexBeta(beta, question) ?? beta,
    claude: true,
    plain: !takesSystemMessages(model.canonical),
  };
}
