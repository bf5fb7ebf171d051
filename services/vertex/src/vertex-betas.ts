import { takesSystemMessages } from "@switchyard/provider-kit";

export interface BetaQuestion {
  /** The catalogue's name of the model. */
  canonical: string;
  operation: "messages" | "count_tokens";
}

/**
 * Values of `anthropic-beta` that Claude on Vertex takes; it answers 400 "Unexpected value(s) …" to any
 * other, so these are lists of what passes: what is documented and has not been refused to anyone.
 * platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai; refusals as in anthropics/claude-code
 * issues 12429, 21625 and 34802; read 2026-11.
 */
const ACCEPTED_BETAS: Readonly<Record<BetaQuestion["operation"], ReadonlySet<string>>> = Object.freeze({
  messages: new Set([
    "compact-2026-01-12",
    "computer-use-2025-01-24",
    "computer-use-2025-11-24",
    "context-1m-2025-08-07",
    "context-management-2025-06-27",
    "interleaved-thinking-2025-05-14",
    "tool-search-tool-2025-10-19",
    "web-search-2025-03-05",
  ]),
  count_tokens: new Set(["context-management-2025-06-27", "interleaved-thinking-2025-05-14"]),
});

/** Where Vertex knows the same feature under a name of its own. */
const RENAMED_BETAS: ReadonlyMap<string, string> = new Map([
  ["advanced-tool-use-2025-11-20", "tool-search-tool-2025-10-19"],
]);

const EFFORT = "effort-2025-11-24";
const SYSTEM_MESSAGES = "mid-conversation-system-2026-04-07";

/** The one model for which an effort still is a beta; the later ones refuse the name and take the field. */
const EFFORT_AS_BETA = "claude-opus-4-5";

/** The value that Vertex takes for this one; undefined: none, it has to be left out. */
export function mapVertexBeta(beta: string, { canonical, operation }: BetaQuestion): string | undefined {
  if (beta === EFFORT && canonical === EFFORT_AS_BETA && operation === "messages") return beta;
  const name = RENAMED_BETAS.get(beta) ?? beta;
  return ACCEPTED_BETAS[operation].has(name) ? name : undefined;
}

/** True for a beta whose name Vertex refuses and whose feature this model has without it. */
export function hasFeatureWithoutBeta(beta: string, { canonical }: BetaQuestion): boolean {
  if (beta === SYSTEM_MESSAGES) return takesSystemMessages(canonical);
  return beta === EFFORT && canonical !== EFFORT_AS_BETA;
}
