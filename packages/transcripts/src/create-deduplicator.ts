import type { TranscriptEntry } from "./transcript-entry.ts";

export interface Deduplicator {
  add(entry: TranscriptEntry): void;
  /** Each answer once, in the order of their first lines. */
  readonly entries: readonly TranscriptEntry[];
  readonly duplicates: number;
}

/**
 * Claude Code writes an answer once per block, each line with the usage of the whole, and again in the transcripts of
 * sessions that were resumed or branched off. The same answer is the same message id with the same request id; side
 * chains also repeat their parent's messages under request ids of their own. Of several lines the parent's counts, and
 * then the one with the most tokens: earlier lines of a stream hold the counts of its beginning. These are the rules
 * of ccusage 20. A line without a message id is always an answer of its own.
 */
export function createDeduplicator(): Deduplicator {
  const entries: TranscriptEntry[] = [];
  const byRequest = new Map<string, number>();
  const byMessage = new Map<string, number[]>();
  let duplicates = 0;

  const find = (entry: TranscriptEntry, messageId: string): number | undefined =>
    byRequest.get(keyOf(messageId, entry.requestId)) ??
    byMessage.get(messageId)?.find((index) => entry.sidechain || entries[index]?.sidechain === true);

  const remember = (entry: TranscriptEntry, messageId: string, index: number): void => {
    byRequest.set(keyOf(messageId, entry.requestId), index);
    const known = byMessage.get(messageId);
    if (known === undefined) byMessage.set(messageId, [index]);
    else if (!known.includes(index)) known.push(index);
  };

  return {
    entries,
    get duplicates() {
      return duplicates;
    },
    add(entry) {
      const { messageId } = entry;
      const index = messageId === undefined ? undefined : find(entry, messageId);
      const existing = index === undefined ? undefined : entries[index];
      if (messageId === undefined || index === undefined || existing === undefined) {
        entries.push(entry);
        if (messageId !== undefined) remember(entry, messageId, entries.length - 1);
        return;
      }
      duplicates += 1;
      if (!isBetter(entry, existing)) return;
      entries[index] = entry;
      remember(entry, messageId, index);
    },
  };
}

function keyOf(messageId: string, requestId: string | undefined): string {
  return `${messageId}\n${requestId ?? ""}`;
}

function isBetter(candidate: TranscriptEntry, existing: TranscriptEntry): boolean {
  if (candidate.sidechain !== existing.sidechain) return existing.sidechain;
  return countTokens(candidate) > countTokens(existing);
}

function countTokens({ usage }: TranscriptEntry): number {
  return usage.uncachedInput + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output;
}
