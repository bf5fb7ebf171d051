export { readTranscripts } from "./read-transcripts.ts";
export type { ReadTranscriptsOptions } from "./read-transcripts.ts";
export type { SkipReason, TranscriptEntry, Transcripts, TranscriptStats, UnreadableFile } from "./transcript-entry.ts";
