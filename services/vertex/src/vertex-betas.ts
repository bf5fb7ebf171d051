import { takesSystemMessages } from "@switchyard/provider-kit";

export interface BetaQuestion {
  /** The catalogue's name of the model. */
  canonical: string;
  /** The model takes an effort. */
  hasEffort: boolean;
  operation: "messages" | "count_tokens";
}

/**
 * Values of `anthropic-beta` that Claude on Vertex takes; it answers 400 "Unexpected value(s) …" to any
 * other, so these are lists of what passes: what is documented for Vertex
 * (platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai), and what Claude Code 2.1.329 sends
 * there of its own accord (recorded 2026-11). Counting takes fewer (anthropics/claude-code issue 12429).
 */
const ACCEPTED_BETAS: Readonly<Record<BetaQuestion["operation"], ReadonlySet<string>>> = Object.freeze({
  messages: new Set([
    "claude-code-20250219",
    "compact-2026-01-12",
    "computer-use-2025-01-24",
    "computer-use-2025-11-24",
    "context-1m-2025-08-07",
    "context-management-2025-06-27",
    "effort-2025-11-24",
    "interleaved-thinking-2025-05-14",
    "thinking-token-count-2026-05-13",
    "tool-search-tool-2025-10-19",
    "web-search-2025-03-05",
  ]),
  count_tokens: new Set([
    "claude-code-20250219",
    "context-management-2025-06-27",
    "effort-2025-11-24",
    "interleaved-thinking-2025-05-14",
  ]),
});

/** Where Vertex knows the same feature under a name of its own. */
const RENAMED_BETAS: ReadonlyMap<string, string> = new Map([
  ["advanced-tool-use-2025-11-20", "tool-search-tool-2025-10-19"],
]);

const EFFORT = "effort-2025-11-24";
const SYSTEM_MESSAGES = "mid-conversation-system-2026-04-07";

/** The value that Vertex takes for this one; undefined: none, it has to be left out. */
export function mapVertexBeta(beta: string, { hasEffort, operation }: BetaQuestion): string | undefined {
  // Vertex knows the effort only as a pair of beta and field, and only for models that have one.
  if (beta === EFFORT && !hasEffort) return undefined;
  const name = RENAMED_BETAS.get(beta) ?? beta;
  return ACCEPTED_BETAS[operation].has(name) ? name : undefined;
}

/** True for a beta whose name Vertex refuses and whose feature this model has without it. */
export function hasFeatureWithoutBeta(beta: string, { canonical }: BetaQuestion): boolean {
  return beta === SYSTEM_MESSAGES && takesSystemMessages(canonical);
}
