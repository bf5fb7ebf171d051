import { estimateTokens } from "../engine/estimate-tokens.ts";
import type { Exchange } from "../engine/dialect.ts";
import type { RequestWeight } from "../quotas/quota-report.ts";
import type { Scenario } from "../scenario.ts";
import { estimateInputTokens } from "./input-tokens.ts";

/** What an answer reports, in tokens. `input` is the whole prompt, `reasoning` a part of `output`. */
export interface UsageFigures {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
}

/** The scenario's figures; what it leaves open is counted. */
export function countUsage(exchange: Exchange, scenario: Scenario): UsageFigures {
  const { usage = {}, blocks = [] } = scenario;
  const reasoning =
    usage.reasoning ?? sum(blocks.map((block) => (block.type === "reasoning" ? estimateTokens(block.text) : 0)));
  const visible = sum(
    blocks.map((block) => {
      if (block.type === "reasoning") return 0;
      return estimateTokens(block.type === "text" ? block.text : `${block.name}${JSON.stringify(block.input ?? {})}`);
    }),
  );
  return {
    input: usage.input ?? estimateInputTokens(exchange.request.body),
    output: usage.output ?? visible + reasoning,
    cacheRead: usage.cacheRead ?? 0,
    cacheWrite: usage.cacheWrite ?? 0,
    reasoning,
  };
}

/** Cached parts of a prompt count like all others (developers.openai.com/api/docs/guides/prompt-caching, read 2026-11). */
export function weighRequest(exchange: Exchange): RequestWeight {
  const body = (exchange.json ?? {}) as Record<string, unknown>;
  const limit = body["max_completion_tokens"] ?? body["max_tokens"] ?? body["max_output_tokens"];
  const prompt = estimateInputTokens(exchange.request.body);
  return { input: prompt, prompt, ...(typeof limit === "number" ? { maxOutput: limit } : {}) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
