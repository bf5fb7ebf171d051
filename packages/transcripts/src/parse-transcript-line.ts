import type { TokenUsage } from "@switchyard/wire";
import type { SkipReason, TranscriptEntry } from "./transcript-entry.ts";

/** Where a line was found: says what the line itself leaves out. */
export interface LineSource {
  projectFolder: string;
  session: string;
  agent?: string;
}

export type ParsedLine =
  | { kind: "answer"; entry: TranscriptEntry; cwd?: string }
  | { kind: "synthetic" }
  | { kind: "other" }
  | { kind: "skipped"; reason: SkipReason };

type Fields = Record<string, unknown>;

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const NANO = 1e9;
const SYNTHETIC_MODEL = "<synthetic>";
const OTHER: ParsedLine = { kind: "other" };

/** Reads a line as far as the costs need it: most lines hold no usage and are not even parsed. */
export function parseTranscriptLine(line: Buffer, source: LineSource): ParsedLine {
  if (line[0] !== OPENING_BRACE || line.at(-1) !== CLOSING_BRACE) return { kind: "skipped", reason: "torn" };
  if (!line.includes('"usage"')) return OTHER;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString("utf8"));
  } catch {
    return { kind: "skipped", reason: "not_json" };
  }
  const fields = findAnswer(asFields(parsed));
  return fields === undefined ? OTHER : toEntry(fields, source);
}

/**
 * An answer is a line of its own; versions of early 2026 also wrote the answers of subagents inside lines that tell
 * of their progress.
 */
function findAnswer(line: Fields | undefined): Fields | undefined {
  if (line === undefined) return undefined;
  const { type = "assistant" } = line;
  if (type === "assistant") return asFields(asFields(line["message"])?.["usage"]) ? line : undefined;
  const told = asFields(asFields(line["data"])?.["message"]);
  if (asFields(asFields(told?.["message"])?.["usage"]) === undefined) return undefined;
  const { cwd, sessionId, agentId } = line;
  return { cwd, sessionId, agentId, ...told };
}

function toEntry(line: Fields, source: LineSource): ParsedLine {
  const message = asFields(line["message"]) ?? {};
  if (message["model"] === SYNTHETIC_MODEL) return { kind: "synthetic" };
  const counts = asFields(message["usage"]) ?? {};
  const usage = readUsage(counts);
  if (usage === undefined) return { kind: "skipped", reason: "no_counts" };
  const at = typeof line["timestamp"] === "string" ? Date.parse(line["timestamp"]) : Number.NaN;
  if (Number.isNaN(at)) return { kind: "skipped", reason: "no_time" };
  const agent = readText(line["agentId"]) ?? source.agent;
  const messageId = readText(message["id"]);
  const requestId = readText(line["requestId"]);
  const cost = line["costUSD"];
  const cwd = readText(line["cwd"]);
  const entry: TranscriptEntry = {
    at,
    session: readText(line["sessionId"]) ?? source.session,
    ...(agent === undefined ? {} : { agent }),
    sidechain: line["isSidechain"] === true,
    project: source.projectFolder,
    projectFolder: source.projectFolder,
    model: readText(message["model"]) ?? "unknown",
    ...(messageId === undefined ? {} : { messageId }),
    ...(requestId === undefined ? {} : { requestId }),
    usage,
    ...(typeof cost === "number" && cost >= 0 ? { costNanoDollars: Math.round(cost * NANO) } : {}),
    fast: counts["speed"] === "fast",
  };
  return { kind: "answer", entry, ...(cwd === undefined ? {} : { cwd }) };
}

/** Undefined: the counts that every answer has are missing, or something is no count at all. */
function readUsage(counts: Fields): TokenUsage | undefined {
  const written = asFields(counts["cache_creation"]);
  const figures = [
    counts["input_tokens"],
    counts["output_tokens"],
    counts["cache_read_input_tokens"] ?? 0,
    written ? (written["ephemeral_5m_input_tokens"] ?? 0) : (counts["cache_creation_input_tokens"] ?? 0),
    written?.["ephemeral_1h_input_tokens"] ?? 0,
  ];
  if (!figures.every(isCount)) return undefined;
  const [uncachedInput = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0] = figures;
  const thinking = asFields(counts["output_tokens_details"])?.["thinking_tokens"];
  const searches = asFields(counts["server_tool_use"])?.["web_search_requests"];
  return {
    uncachedInput,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output,
    reasoning: isCount(thinking) ? Math.min(thinking, output) : 0,
    ...(isCount(searches) && searches > 0 ? { webSearches: searches } : {}),
    estimated: false,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
