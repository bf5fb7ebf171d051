import type { Scenario } from "../scenario.ts";
import { splitIntoDeltas } from "./deltas.ts";
import type { Dialect } from "./dialect.ts";

/** The smallest dialect there is, for tests of the engine: a text, one event per character. */
export function createCountingDialect(): Dialect & { rendered(): number } {
  let rendered = 0;
  const textOf = (scenario: Scenario): string => {
    rendered += 1;
    return (scenario.blocks ?? []).map((block) => (block.type === "text" ? block.text : "")).join("");
  };
  return {
    name: "count",
    method: "POST",
    path: /^\/count$/,
    bodyLimit: 10_000,
    rendered: () => rendered,
    check(exchange) {
      if (exchange.jsonError !== undefined) return { status: 400, body: `not JSON: ${exchange.jsonError}` };
      const body = exchange.json as { forbidden?: boolean };
      return body.forbidden === true ? { status: 400, body: "forbidden" } : undefined;
    },
    wordError: (error) => ({ status: error.status, body: `error ${error.status}` }),
    generation: {
      view(exchange) {
        const body = exchange.json as { model?: string; stream?: boolean };
        return {
          model: body.model ?? "",
          stream: body.stream ?? false,
          system: "",
          lastUserText: "",
          tools: [],
          toolResults: [],
        };
      },
      weigh: (exchange) => ({ input: exchange.bodyBytes, prompt: exchange.bodyBytes }),
      countOutput: (_exchange, scenario) => scenario.usage?.output ?? 0,
      answer: (_exchange, scenario) => ({ status: 200, body: { text: textOf(scenario) } }),
      stream: (_exchange, scenario) => ({
        frames: [...splitIntoDeltas(textOf(scenario), 1), "[DONE]"].map((data) => ({ data })),
      }),
      errorFrames: (error) => [{ event: "error", data: String(error.status) }],
      recordedFrames: (lines) => lines.map((data) => ({ data })),
      ping: { event: "ping", data: "{}" },
    },
  };
}
