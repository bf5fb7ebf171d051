/** How a model's own counting differs from o200k_base. */
export interface Calibration {
  /** Its tokens for the same text, as a multiple. */
  textFactor: number;
  /** What declaring any tool at all adds, in its tokens. */
  toolPrompt: number;
  /** Largest image it looks at; larger ones are scaled down. */
  image: { longestEdge: number; mostTokens: number };
}

/**
 * Claude models from 4.7 on count "approximately 30 percent more tokens" than those before
 * (https://platform.claude.com/docs/en/build-with-claude/token-counting). Measured on one page of prose and
 * one table, without what surrounds them: 1.44 and 1.35 times o200k_base for Opus and Sonnet 5.5, 0.97 and
 * 1.06 times for Haiku 4.5 (https://huggingface.co/datasets/JOHNISKING/pdf-token-cost, 2026-10-18).
 * Tool prompt: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview, read 2026-11.
 * Images: https://platform.claude.com/docs/en/build-with-claude/vision, read 2026-11.
 */
const CLAUDE: Calibration = {
  textFactor: 1.4,
  toolPrompt: 346,
  image: { longestEdge: 2576, mostTokens: 4784 },
};

const OLDER_CLAUDE: Calibration = {
  textFactor: 1.05,
  toolPrompt: 346,
  image: { longestEdge: 1568, mostTokens: 1568 },
};

/** o200k_base is the GPT models' own; of others nothing better is known. */
const OTHER: Calibration = { textFactor: 1, toolPrompt: 0, image: OLDER_CLAUDE.image };

/** Claude 3, and 4 up to 4.6, however the version is written. */
const OLDER = /claude-(?:[23]\b|instant|4-(?:opus|sonnet)|(?:opus|sonnet|haiku)-4(?:[-.][0-6])?(?![-.]?\d))/;
const DATE = /[-@]20\d{6}/;

export function calibrationOf(model: string): Calibration {
  const name = model.toLowerCase().replace(DATE, "");
  if (!/claude|^(opus|sonnet|haiku|fable|mythos)\b/.test(name)) return OTHER;
  return OLDER.test(name) ? OLDER_CLAUDE : CLAUDE;
}

/** More than this no image costs, whatever its size: larger ones are scaled down. Undefined: not known of this model. */
export function mostImageTokens(model: string): number | undefined {
  // Of the newest, for all of them: what is meant is a bound.
  return calibrationOf(model) === OTHER ? undefined : CLAUDE.image.mostTokens;
}
