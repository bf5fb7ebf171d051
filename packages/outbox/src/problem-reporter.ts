/** How often a problem that goes on is told again, in ms. */
const AGAIN_MS = 60_000;

export interface ProblemReporter {
  /** Told at once when it is new, and every minute while it goes on. */
  report(topic: string, problem: string, cause?: unknown): void;
  /** It is over. */
  clear(topic: string): void;
  /** Of those that go on, the one that has gone on longest. */
  current(): string | undefined;
}

export function createProblemReporter(onProblem: (problem: string, cause?: unknown) => void): ProblemReporter {
  const open = new Map<string, { problem: string; toldAt: number }>();
  return {
    report(topic, problem, cause) {
      const known = open.get(topic);
      const now = performance.now();
      if (known !== undefined && now - known.toldAt < AGAIN_MS) {
        known.problem = problem;
        return;
      }
      open.set(topic, { problem, toldAt: now });
      onProblem(problem, cause);
    },
    clear(topic) {
      open.delete(topic);
    },
    current() {
      for (const { problem } of open.values()) return problem;
      return undefined;
    },
  };
}
