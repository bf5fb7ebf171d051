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
  const writes = cacheWrites(fields);
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

function cacheWrites(fields: Record<string, unknown>): { fiveMinutes: number; oneHour: number } {
  const total = figure(fields["cache_creation_input_tokens"]);
  const byLifetime = asRecord(fields["cache_creation"]);
  const oneHour = figure(byLifetime?.["ephemeral_1h_input_tokens"]);
  const fiveMinutes = figure(byLifetime?.["ephemeral_5m_input_tokens"]);
  // Without the split, five minutes is what the API writes by default.
  return fiveMinutes + oneHour === 0 ? { fiveMinutes: total, oneHour: 0 } : { fiveMinutes, oneHour };
}

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, "Usage and pricing". */
function webSearches(known: TokenUsage, fields: Record<string, unknown>): { webSearches?: number } {
  const told = figure(asRecord(fields["server_tool_use"])?.["web_search_requests"]);
  const searches = Math.max(known.webSearches ?? 0, told);
  return searches > 0 ? { webSearches: searches } : {};
}

function reportedCost(known: TokenUsage, fields: Record<string, unknown>): { reportedCostNanoDollars?: number } {
  // In dollars where a provider tells it in its own answer, in ours where we translated it.
  const told = Math.max(Math.round(figure(fields["cost"]) * 1e9), figure(fields[USAGE_COST_FIELD]));
  const nanoDollars = Math.max(known.reportedCostNanoDollars ?? 0, told);
  return nanoDollars > 0 ? { reportedCostNanoDollars: nanoDollars } : {};
}

function figure(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
