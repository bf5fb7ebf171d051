/** GET /test-connection. */
export interface TestAnswer {
  message: string;
  results: Readonly<Record<string, { status: string; error_type?: string }>>;
}

/** "5 of 6 providers answer; not: openai (auth)". */
export function describeTests({ message, results }: TestAnswer): string {
  const failed = Object.entries(results).filter(([, { status }]) => status === "failed");
  if (failed.length === 0) return message;
  return `${message}; not: ${failed.map(([name, { error_type: type }]) => (type === undefined ? name : `${name} (${type})`)).join(", ")}`;
}

const STRATEGIES: Readonly<Record<string, string>> = {
  intelligent: "headroom, speed, price and reliability, weighed",
  cost: "the cheapest first",
  performance: "the fastest first",
  availability: "the most reliable first",
  priority: "in the order of the settings",
  round_robin: "each in turn",
  random: "by chance",
  weighted: "by the weights of the settings",
};

export function describeStrategy(strategy: string): string {
  return STRATEGIES[strategy] ?? "";
}
