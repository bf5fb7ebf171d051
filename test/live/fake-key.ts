/** What the keys of a kind begin with, where the upstream looks at their shape. */
const PREFIXES: Readonly<Record<string, string>> = {
  anthropic: "sk-ant-api03-",
  vertex: "ya29.",
  openrouter: "sk-or-v1-",
  openai: "sk-",
  gemini: "AIza",
  deepseek: "sk-",
  "github-models": "github_pat_",
};

/** A key in the shape of the kind's, which is nobody's. */
export function createFakeKey(kind: string, word: string): string {
  return (PREFIXES[kind] ?? "") + word.repeat(Math.ceil(40 / word.length)).slice(0, 40);
}
