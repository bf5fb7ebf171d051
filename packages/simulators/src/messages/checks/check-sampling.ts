import type { Check, RequestFacts } from "../request-facts.ts";

/**
 * Sources: platform.claude.com/docs/en/api/migration-2026-10-21 (gone in that version, even at their default),
 * …/about-claude/models/whats-new-claude-4-7 (deprecated per model), probed values in github.com/mnfst/modelparams.dev
 * pull request 238, wording in anomalyco/opencode issue 1644; read 2026-11.
 */
export const checkSampling: Check = (facts) => checkVersion(facts) ?? checkModel(facts) ?? checkWithThinking(facts);

const FIELDS = ["temperature", "top_p", "top_k"] as const;

function checkVersion({ body, version }: RequestFacts): string | undefined {
  if (version !== "2026-10-21") return undefined;
  const field = FIELDS.find((name) => body[name] !== undefined);
  return field === undefined ? undefined : `${field}: Extra inputs are not permitted`;
}

function checkModel({ body, model }: RequestFacts): string | undefined {
  if (model.sampling === "none") {
    const field = FIELDS.find((name) => isSet(body[name]) && !(name === "temperature" && body.temperature === 1));
    return field === undefined ? undefined : `\`${field}\` is deprecated for this model.`;
  }
  if (model.sampling === "one" && isSet(body.temperature) && isSet(body.top_p)) {
    return "`temperature` and `top_p` cannot both be specified for this model. Please use only one.";
  }
  return undefined;
}

function checkWithThinking({ body }: RequestFacts): string | undefined {
  const { thinking, temperature, top_p: topP, top_k: topK } = body;
  if (thinking?.type !== "enabled" && thinking?.type !== "adaptive") return undefined;
  const docs =
    "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking";
  if (isSet(temperature) && temperature !== 1)
    return `\`temperature\` may only be set to 1 when thinking is enabled. ${docs}`;
  if (isSet(topP) && topP < 0.95)
    return `\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${docs}`;
  if (isSet(topK)) return `\`top_k\` must be unset when thinking is enabled. ${docs}`;
  return undefined;
}

function isSet(value: number | null | undefined): value is number {
  return value !== undefined && value !== null;
}
