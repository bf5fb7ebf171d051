import type { RecordedRequest, Scenario } from "../scenario.ts";

/** What a scenario's `match` is compared with. */
export interface MatchFacts {
  request: RecordedRequest;
  path: string;
  model?: string;
  stream?: boolean;
  /** True for endpoints that generate nothing: only a scenario that names a path applies there. */
  pathRequired: boolean;
}

export interface ScenarioQueue {
  push(scenarios: readonly Scenario[]): void;
  /** The first scenario that fits; used up when its times are over. */
  take(facts: MatchFacts): Scenario | undefined;
  clear(): void;
}

/** Scenarios in order, each good for a number of requests. */
export function createScenarioQueue(): ScenarioQueue {
  let entries: { scenario: Scenario; left: number }[] = [];
  return {
    push(scenarios) {
      for (const scenario of scenarios) {
        entries.push({ scenario, left: scenario.times === "always" ? Infinity : (scenario.times ?? 1) });
      }
    },
    take(facts) {
      const entry = entries.find((candidate) => fits(candidate.scenario, facts));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) entries = entries.filter((other) => other !== entry);
      return entry.scenario;
    },
    clear() {
      entries = [];
    },
  };
}

function fits(scenario: Scenario, facts: MatchFacts): boolean {
  const match = scenario.match;
  if (facts.pathRequired && match?.path === undefined) return false;
  if (match === undefined) return true;
  if (match.path !== undefined && !facts.path.includes(match.path)) return false;
  if (match.model !== undefined && match.model !== facts.model) return false;
  if (match.stream !== undefined && match.stream !== facts.stream) return false;
  return match.contains === undefined || facts.request.body.includes(match.contains);
}
