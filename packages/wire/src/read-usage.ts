import { NO_USAGE, USAGE_COST_FIELD, USAGE_ESTIMATED_FIELD, type TokenUsage } from "./usage.ts";

/** Reads the `usage` of an answer that is not streamed. What is absent or no number counts as 0. */
export function readUsage(usage: unknown): TokenUsage {
  return mergeUsage(NO_USAGE, usage);
}

/**
 * Adds a later report to what is known. Figures of a stream are cumulative, so each only grows: a report that lacks a
 * figure, or says less, takes nothing away. The prompt's buckets go together: some say all of it uncached at first
 * and split it later, which must not count twice.
 */
export function mergeUsage(known: TokenUsage, report: unknown): TokenUsage {
  const fields = asRecord(report);
  if (fields === undefined || !hasFigures(fields)) return known;
  const prompt = readPrompt(known, fields);
  return {
    ...(promptOf(prompt) >= promptOf(known) ? prompt : pickPrompt(known)),
    output: Math.max(known.output, figure(fields["output_tokens"])),
    reasoning: Math.max(known.reasoning, figure(asRecord(fields["output_tokens_details"])?.["thinking_tokens"])),
    ...webSearches(known, fields),
    ...reportedCost(known, fields),
    estimated: isEstimate(fields),
  };
}

type PromptUsage = Pick<TokenUsage, "uncachedInput" | "cacheRead" | "cacheWrite5m" | "cacheWrite1h">;

/** What a report does not mention is as it was. */
function readPrompt(known: TokenUsage, fields: Record<string, unknown>): PromptUsage {
  const writes = cacheWrites(known, fields);
  return {
    uncachedInput: told(fields["input_tokens"]) ?? known.uncachedInput,
    cacheRead: told(fields["cache_read_input_tokens"]) ?? known.cacheRead,
    cacheWrite5m: writes.fiveMinutes,
    cacheWrite1h: writes.oneHour,
  };
}

function pickPrompt({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h }: TokenUsage): PromptUsage {
  return { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h };
}

function promptOf({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h }: PromptUsage): number {
  return uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h;
}

/** True when a report says something about the prompt. */
export function reportsInput(report: unknown): boolean {
  const fields = asRecord(report);
  if (fields === undefined) return false;
  return ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"].some(
    (name) => figure(fields[name]) > 0,
  );
}

/** True when a report says of itself that its figures are estimated. */
export function isEstimate(report: unknown): boolean {
  return asRecord(report)?.[USAGE_ESTIMATED_FIELD] === true;
}

function hasFigures(fields: Record<string, unknown>): boolean {
  return typeof fields["input_tokens"] === "number" || typeof fields["output_tokens"] === "number";
}

/**
 * A stream's start splits what was written by how long it lives, its later reports have the sum alone: what they add
 * to the split is taken for five minutes, which the API writes by default.
 */
function cacheWrites(known: TokenUsage, fields: Record<string, unknown>): { fiveMinutes: number; oneHour: number } {
  const total = told(fields["cache_creation_input_tokens"]);
  const byLifetime = asRecord(fields["cache_creation"]);
  const oneHour = figure(byLifetime?.["ephemeral_1h_input_tokens"]);
  const fiveMinutes = figure(byLifetime?.["ephemeral_5m_input_tokens"]);
  if (fiveMinutes + oneHour > 0) return { fiveMinutes, oneHour };
  if (total === undefined) return { fiveMinutes: known.cacheWrite5m, oneHour: known.cacheWrite1h };
  const hour = Math.min(known.cacheWrite1h, total);
  return { fiveMinutes: total - hour, oneHour: hour };
}

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, "Usage and pricing". */
function webSearches(known: TokenUsage, fields: Record<string, unknown>): { webSearches?: number } {
  const ran = figure(asRecord(fields["server_tool_use"])?.["web_search_requests"]);
  const searches = Math.max(known.webSearches ?? 0, ran);
  return searches > 0 ? { webSearches: searches } : {};
}

/** In dollars where a provider tells it in its own answer, in ours where we translated it. Nothing is a cost, too. */
function reportedCost(known: TokenUsage, fields: Record<string, unknown>): { reportedCostNanoDollars?: number } {
  const translated = fields[USAGE_COST_FIELD];
  const dollars = figure(fields["cost"]) + ownKeyCost(fields);
  // A stream's start may say 0 dollars for what is not known yet; a translated answer says it at the end only.
  const isTold = dollars > 0 || (typeof translated === "number" && translated >= 0);
  if (!isTold && known.reportedCostNanoDollars === undefined) return {};
  const cost = Math.max(Math.round(dollars * 1e9), figure(translated));
  return { reportedCostNanoDollars: Math.max(known.reportedCostNanoDollars ?? 0, cost) };
}

/**
 * With a key of one's own at a router, `cost` is only its fee, and the upstream's price comes on top:
 * https://openrouter.ai/docs/guides/administration/usage-accounting, read 2026-11.
 */
function ownKeyCost(fields: Record<string, unknown>): number {
  return fields["is_byok"] === true ? figure(asRecord(fields["cost_details"])?.["upstream_inference_cost"]) : 0;
}

function figure(value: unknown): number {
  return told(value) ?? 0;
}

function told(value: unknown): number | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return Math.max(0, value);
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
