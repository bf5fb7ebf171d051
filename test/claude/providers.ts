import type { SimulatorKind } from "@switchyard/simulators";

/** Every provider kind that a session is run on, and the model that is asked for there; Claude where the kind has it. */
export const SESSION_PROVIDERS: readonly { provider: SimulatorKind; dialect: string }[] = [
  { provider: "anthropic", dialect: "Messages" },
  { provider: "vertex", dialect: "Messages by rawPredict" },
  { provider: "github-models", dialect: "chat completions" },
  { provider: "openrouter", dialect: "Messages" },
  { provider: "openai", dialect: "Responses" },
  { provider: "azure", dialect: "Responses" },
  { provider: "gemini", dialect: "chat completions" },
  { provider: "deepseek", dialect: "chat completions" },
  { provider: "ollama", dialect: "Messages" },
];

/**
 * A walk that goes over every ordered pair once: with n providers, n·(n−1) switches in one conversation
 * (an Eulerian circuit of the complete directed graph, found by Hierholzer's algorithm).
 */
export function createSwitchWalk<Name>(names: readonly Name[]): Name[] {
  const left = new Map(names.map((from) => [from, names.filter((to) => to !== from)]));
  const stack = names.slice(0, 1);
  const walk: Name[] = [];
  for (let here = stack.at(-1); here !== undefined; here = stack.at(-1)) {
    const next = left.get(here)?.pop();
    if (next === undefined) walk.push(...stack.splice(-1));
    else stack.push(next);
  }
  return walk.toReversed();
}
