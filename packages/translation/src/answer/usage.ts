import type { TokenUsage } from "@switchyard/wire";
import { isRecord } from "../failure/is-record.ts";

interface Counts {
  /** The whole prompt, cached parts included; undefined: not told. */
  input: number | undefined;
  output: number | undefined;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
  total: number | undefined;
}

/**
 * Usage of chat completions in disjoint buckets. `prompt_tokens` includes what was read from and written to
 * a cache. `completion_tokens` includes reasoning on most upstreams; where it does not (Gemini's OpenAI
 * endpoint, xAI), `total_tokens` is larger than both together by just that, and the difference is output.
 * undefined: nothing that could be counted.
 */
export function readChatUsage(usage: unknown): TokenUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const prompt = record(usage["prompt_tokens_details"]);
  const completion = record(usage["completion_tokens_details"]);
  const counts = toUsage({
    input: count(usage["prompt_tokens"]),
    output: count(usage["completion_tokens"]),
    cacheRead:
      count(prompt["cached_tokens"]) ?? count(usage["prompt_cache_hit_tokens"]) ?? count(usage["cached_tokens"]) ?? 0,
    cacheWrite: count(prompt["cache_write_tokens"]) ?? count(prompt["cache_creation_tokens"]) ?? 0,
    reasoning: count(completion["reasoning_tokens"]) ?? count(usage["reasoning_tokens"]) ?? 0,
    total: count(usage["total_tokens"]),
  });
  return counts === undefined ? undefined : withCost(counts, usage);
}

/** Usage of the Responses API in disjoint buckets; undefined: nothing that could be counted. */
export function readResponsesUsage(usage: unknown): TokenUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const input = record(usage["input_tokens_details"]);
  const output = record(usage["output_tokens_details"]);
  const counts = toUsage({
    input: count(usage["input_tokens"]),
    output: count(usage["output_tokens"]),
    cacheRead: count(input["cached_tokens"]) ?? 0,
    cacheWrite: count(input["cache_write_tokens"]) ?? 0,
    reasoning: count(output["reasoning_tokens"]) ?? 0,
    total: count(usage["total_tokens"]),
  });
  return counts === undefined ? undefined : withCost(counts, usage);
}

/** The newer report, as far as it does not take back what was counted before. Reports are sums, never added. */
export function mergeUsage(before: TokenUsage | undefined, now: TokenUsage): TokenUsage {
  if (before === undefined || before.estimated) return now;
  const input = inputOf(now) >= inputOf(before) ? now : before;
  const output = now.output >= before.output ? now : before;
  const cost = Math.max(before.reportedCostNanoDollars ?? 0, now.reportedCostNanoDollars ?? 0);
  const isCostKnown = before.reportedCostNanoDollars !== undefined || now.reportedCostNanoDollars !== undefined;
  return {
    uncachedInput: input.uncachedInput,
    cacheRead: input.cacheRead,
    cacheWrite5m: input.cacheWrite5m,
    cacheWrite1h: input.cacheWrite1h,
    output: output.output,
    reasoning: output.reasoning,
    ...(isCostKnown ? { reportedCostNanoDollars: cost } : {}),
    estimated: false,
  };
}

function toUsage(counts: Counts): TokenUsage | undefined {
  const { input: told, output: answered, total } = counts;
  if (told === undefined && answered === undefined && total === undefined) return undefined;
  const input = told ?? Math.max(0, (total ?? 0) - (answered ?? 0));
  const unnamed = total === undefined ? 0 : Math.max(0, total - input - (answered ?? 0));
  const output = (answered ?? 0) + unnamed;
  const cacheRead = Math.min(counts.cacheRead, input);
  const cacheWrite5m = Math.min(counts.cacheWrite, input - cacheRead);
  return {
    uncachedInput: input - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output,
    reasoning: Math.min(Math.max(counts.reasoning, answered === undefined ? 0 : unnamed), output),
    estimated: false,
  };
}

/**
 * `cost` in dollars, as OpenRouter reports it. With a key of one's own there, it is only the fee, and the
 * upstream's price comes on top (openrouter.ai/docs/guides/administration/usage-accounting).
 */
function withCost(counts: TokenUsage, usage: Record<string, unknown>): TokenUsage {
  const cost = usage["cost"];
  if (typeof cost !== "number" || !Number.isFinite(cost) || cost < 0) return counts;
  const upstream = usage["is_byok"] === true ? record(usage["cost_details"])["upstream_inference_cost"] : 0;
  const dollars = cost + (typeof upstream === "number" && Number.isFinite(upstream) ? upstream : 0);
  return { ...counts, reportedCostNanoDollars: Math.round(dollars * 1e9) };
}

function inputOf(usage: TokenUsage): number {
  return usage.uncachedInput + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : undefined;
}
