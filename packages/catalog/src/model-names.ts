/** What people and older tools put before a model's name to say whose it is. */
const VENDOR_PREFIXES = [
  "anthropic",
  "claude",
  "openai",
  "github",
  "github-models",
  "openrouter",
  "vertex_ai",
  "vertex",
  "google",
  "gemini",
  "deepseek",
  "ollama",
  "azure",
  "models",
  "custom",
];

const PREFIX = new RegExp(`^(?:${VENDOR_PREFIXES.join("|")})/`);
/** "us.anthropic.claude-opus-4-8-v1:0", as Amazon Bedrock writes it. */
const BEDROCK = /^(?:[a-z]{2,6}\.)?anthropic\.(.+?)(?:-v\d+(?::\d+)?)?$/;
/** "[1m]", by which Claude Code asks for the long window. */
const WINDOW_SUFFIX = /\[\w+\]$/;
/** "-20250929", "-2024-08-06", "@20251001", "@default", "-latest". */
const VERSION_SUFFIX = /(?:-20\d{6}|-20\d{2}-\d{2}-\d{2}|@[\w-]+|-latest)$/;

/** A name as it is looked up first: lower case, without blanks around and without a window suffix. */
export function normalizeModelName(name: string): string {
  return name.trim().toLowerCase().replace(WINDOW_SUFFIX, "");
}

/**
 * The names that a normalized name may stand for, from the nearest to the farthest: without vendor
 * prefixes, without date, Claude's version with hyphens instead of dots.
 */
export function candidateNames(normalized: string): string[] {
  const names: string[] = [];
  let name = normalized;
  while (PREFIX.test(name)) {
    name = name.replace(PREFIX, "");
    names.push(name);
  }
  const bedrock = BEDROCK.exec(name)?.[1];
  if (bedrock !== undefined) names.push((name = bedrock));
  if (VERSION_SUFFIX.test(name)) names.push((name = name.replace(VERSION_SUFFIX, "")));
  if (name.startsWith("claude-") && name.includes(".")) names.push((name = name.replaceAll(".", "-")));
  return names;
}

/** What is left of a name once vendors, dates and the like are taken off. */
export function bareName(name: string): string {
  const normalized = normalizeModelName(name);
  return candidateNames(normalized).at(-1) ?? normalized;
}
