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

/** What new settings have reached besides the gateway: POST /api/config/reload, PUT /api/config/providers. */
export interface ServicesChanged {
  services_reloaded: readonly string[];
  services_to_restart: readonly string[];
}

/** "in force, at anthropic too; restart vertex for it". */
export function describeInForce({
  services_reloaded: reloaded,
  services_to_restart: restart,
}: ServicesChanged): string {
  const also = reloaded.length === 0 ? "" : `, at ${reloaded.join(", ")} too`;
  return `in force${also}${restart.length === 0 ? "" : `; restart ${restart.join(", ")} for it`}`;
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
