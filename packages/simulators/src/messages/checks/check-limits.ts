import type { Check, RequestFacts } from "../request-facts.ts";

/**
 * Sources: platform.claude.com/docs/en/about-claude/models/overview (limits), …/build-with-claude/context-windows (an
 * over-long prompt is refused, an over-long answer ends with model_context_window_exceeded), …/build-with-claude/effort;
 * wording as the patterns that Claude Code 2.1.329 recognises; read 2026-11.
 */
export const checkLimits: Check = (facts) => checkMaxTokens(facts) ?? checkEffort(facts) ?? checkContext(facts);

function checkMaxTokens({ body, model, betas }: RequestFacts): string | undefined {
  const limit = betas.has("output-300k-2026-03-24") ? 300_000 : model.maxOutput;
  if (body.max_tokens <= limit) return undefined;
  return `max_tokens: ${body.max_tokens} > ${limit}, which is the maximum allowed number of output tokens for this model`;
}

function checkEffort({ body, model, betas }: RequestFacts): string | undefined {
  const effort = body.output_config?.effort;
  if (effort === undefined || effort === null || model.effort === "yes") return undefined;
  if (model.effort === "beta" && betas.has("effort-2025-11-24")) return undefined;
  return model.effort === "beta"
    ? "output_config.effort: Extra inputs are not permitted"
    : "This model does not support the effort parameter.";
}

function checkContext({ inputTokens, model, betas }: RequestFacts): string | undefined {
  const extended = betas.has("context-1m-2025-08-07") && model.id.startsWith("claude-sonnet-4-5");
  const maximum = extended ? 1_000_000 : model.contextWindow;
  return inputTokens > maximum ? `prompt is too long: ${inputTokens} tokens > ${maximum} maximum` : undefined;
}
