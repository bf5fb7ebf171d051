/** What a provider says an answer used, in its own sums. */
export interface Totals {
  /** The whole prompt, cached parts included. */
  input: number;
  /** Everything that was generated, reasoning included. */
  output: number;
}

type Figures = Record<string, unknown>;

/** Messages: the prompt is in three figures that exclude each other. */
export function readMessagesTotals(raw: string): Totals {
  const usage = lastUsage(raw);
  return {
    input:
      count(usage, "input_tokens") +
      count(usage, "cache_creation_input_tokens") +
      count(usage, "cache_read_input_tokens"),
    output: count(usage, "output_tokens"),
  };
}

/** Chat completions: `prompt_tokens` is the whole prompt; what the total has beyond it was generated. */
export function readChatTotals(raw: string): Totals {
  const usage = lastUsage(raw);
  const input = count(usage, "prompt_tokens");
  return { input, output: count(usage, "total_tokens") - input };
}

export function readResponsesTotals(raw: string): Totals {
  const usage = lastUsage(raw);
  const [input, output] = [count(usage, "input_tokens"), count(usage, "output_tokens")];
  if (count(usage, "total_tokens") !== input + output) throw new Error("the provider contradicts itself");
  return { input, output };
}

/** The last `usage` that stands anywhere in what was sent, be it a stream or one document. */
function lastUsage(raw: string): Figures {
  const documents = raw.startsWith("{")
    ? [raw]
    : raw.split("\n").flatMap((line) => (line.startsWith("data: {") ? [line.slice("data: ".length)] : []));
  const found = documents
    .map((document) => findUsage(JSON.parse(document) as unknown))
    .filter((one) => one !== undefined);
  const last = found.at(-1);
  if (last === undefined) throw new Error("the provider told no usage");
  return last;
}

function findUsage(value: unknown): Figures | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { usage } = value as Figures;
  if (typeof usage === "object" && usage !== null) return usage as Figures;
  for (const inner of [(value as Figures)["message"], (value as Figures)["response"]]) {
    const found = findUsage(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function count(usage: Figures, name: string): number {
  const value = usage[name];
  if (value === undefined) return 0;
  if (typeof value !== "number") throw new Error(`${name} is ${JSON.stringify(value)}`);
  return value;
}
