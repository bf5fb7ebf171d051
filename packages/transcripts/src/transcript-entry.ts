import type { TokenUsage } from "@switchyard/wire";

/** One answer of a model, as Claude Code wrote it down; written several times, it stands here once. */
export interface TranscriptEntry {
  /** When it was written down, ms since the epoch. */
  at: number;
  session: string;
  /** Of a subagent's answer. */
  agent?: string;
  /** Written in a side chain: a subagent's, or a question beside the conversation. */
  sidechain: boolean;
  /** Folder that the session works in where the lines tell it, else the name of the transcripts' own folder. */
  project: string;
  /** Name of the folder of transcripts: the project's path with everything but letters and digits made "-". */
  projectFolder: string;
  /** As the answer names it; "unknown" where it names none. */
  model: string;
  messageId?: string;
  /** The `request-id` of the HTTP answer. */
  requestId?: string;
  usage: TokenUsage;
  /** What the client itself put down as the cost; versions of 2025 did. */
  costNanoDollars?: number;
  /** Answered in fast mode, which is sold dearer. */
  fast: boolean;
}

/**
 * Why a line gave no entry though it might have: "torn": it does not begin and end as an object does (a crash, a full
 * disk); "not_json"; "too_long": more than 64 MB; "no_time": no timestamp that can be read; "no_counts": its token
 * counts are missing or no whole numbers.
 */
export type SkipReason = "torn" | "not_json" | "too_long" | "no_time" | "no_counts";

export interface UnreadableFile {
  path: string;
  reason: string;
}

export interface TranscriptStats {
  directory: string;
  /** Files that were read to their end. */
  files: number;
  bytes: number;
  lines: number;
  /** Lines that repeat an answer that another line holds. */
  duplicates: number;
  /** Messages that the client made up itself: nobody was asked. */
  synthetic: number;
  /** Answers before `since` or from `until` on. */
  outsideRange: number;
  skipped: Readonly<Record<SkipReason, number>>;
  /** Files and folders that could not be read, or not to their end. */
  unreadable: readonly UnreadableFile[];
}

export interface Transcripts {
  /** By time, oldest first. */
  entries: readonly TranscriptEntry[];
  stats: TranscriptStats;
}
