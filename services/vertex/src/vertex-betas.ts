/**
 * Values of `anthropic-beta` that Claude on Vertex takes; it answers 400 "Unexpected value(s) …" to any
 * other, so this is a list of what passes. Gathered from Google's and Anthropic's pages on Claude
 * features by platform and from the answers users met, as of October 2026.
 */
const ACCEPTED_BETAS: ReadonlySet<string> = new Set([
  "compact-2026-01-12",
  "compact-2026-09-04",
  "computer-use-2025-01-24",
  "computer-use-2025-11-24",
  "context-1m-2025-08-07",
  "context-management-2025-06-27",
  "dangerous-tool-use-2026-09-03",
  "interleaved-thinking-2025-05-14",
  "per-turn-control-2026-07-01",
  "thinking-binding-controls-2026-08-01",
  "thinking-display-updates-2026-08-18",
  "tool-search-tool-2025-10-19",
  "web-search-2025-03-05",
]);

/** Where Vertex knows the same feature under a name of its own. */
const RENAMED_BETAS: ReadonlyMap<string, string> = new Map([
  ["advanced-tool-use-2025-11-20", "tool-search-tool-2025-10-19"],
]);

/** The value that Vertex takes for this one; undefined: none, it has to be left out. */
export function mapVertexBeta(beta: string): string | undefined {
  const name = RENAMED_BETAS.get(beta) ?? beta;
  return ACCEPTED_BETAS.has(name) ? name : undefined;
}
