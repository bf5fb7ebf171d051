import { NO_USAGE, USAGE_COST_FIELD, USAGE_ESTIMATED_FIELD, type TokenUsage } from "./usage.ts";

/** Reads the `usage` of an answer that is not streamed. What is absent or no number counts as 0. */
export function readUsage(usage: unknown): TokenUsage {
  return mergeUsage(NO_USAGE, usage);
}

/**
 * Adds a later report to what is known. Figures of a stream are cumulative, so each only grows: a report
 * that lacks a figure, or says less, takes nothing away.
 */
export function mergeUsage(known: TokenUsage, report: unknown): TokenUsage {
  const fields = asRecord(report);
  if (fields === undefined || !hasFigures(fields)) return known;
  const writes = cacheWrites(known, fields);
  return {
    uncachedInput: Math.max(known.uncachedInput, figure(fields["input_tokens"])),
    cacheRead: Math.max(known.cacheRead, figure(fields["cache_read_input_tokens"])),
    cacheWrite5m: Math.max(known.cacheWrite5m, writes.fiveMinutes),
    cacheWrite1h: Math.max(known.cacheWrite1h, writes.oneHour),
    output: Math.max(known.output, figure(fields["output_tokens"])),
    reasoning: Math.max(known.reasoning, figure(asRecord(fields["output_tokens_details"])?.["thinking_tokens"])),
    ...webSearches(known, fields),
    ...reportedCost(known, fields),
    estimated: isEstimate(fields),
  };
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
  const total = figure(fields["cache_creation_input_tokens"]);
  const byLifetime = asRecord(fields["cache_creation"]);
  const oneHour = figure(byLifetime?.["ephemeral_1h_input_tokens"]);
  const fiveMinutes = figure(byLifetime?.["ephemeral_5m_input_tokens"]);
  if (fiveMinutes + oneHour > 0) return { fiveMinutes, oneHour };
  return { fiveMinutes: Math.max(0, total - known.cacheWrite1h), oneHour: known.cacheWrite1h };
}

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, "Usage and pricing". */
function webSearches(known: TokenUsage, fields: Record<string, unknown>): { webSearches?: number } {
  const told = figure(asRecord(fields["server_tool_use"])?.["web_search_requests"]);
  const searches = Math.max(known.webSearches ?? 0, told);
  return searches > 0 ? { webSearches: searches } : {};
}

/** In dollars where a provider tells it in its own answer, in ours where we translated it. Nothing is a cost, too. */
function reportedCost(known: TokenUsage, fields: Record<string, unknown>): { reportedCostNanoDollars?: number } {
  const translated = fields[USAGE_COST_FIELD];
  const dollars = figure(fields["cost"]) + ownKeyCost(fields);
  // A stream's start may say 0 dollars for what is not known yet; a translated answer says it at the end only.
  const isTold = dollars > 0 || (typeof translated === "number" && translated >= 0);
  if (!isTold && known.reportedCostNanoDollars === undefined) return {};
  const told = Math.max(Math.round(dollars * 1e9), figure(translated));
  return { reportedCostNanoDollars: Math.max(known.reportedCostNanoDollars ?? 0, told) };
}

/**
 * With a key of one's own at a router, `cost` is only its fee, and the upstream's price comes on top:
 * https://openrouter.ai/docs/guides/administration/usage-accounting, read 2026-11.
 */
function ownKeyCost(fields: Record<string, unknown>): number {
  return fields["is_byok"] === true ? figure(asRecord(fields["cost_details"])?.["upstream_inference_cost"]) : 0;
}

function figure(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
