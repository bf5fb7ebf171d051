/** Records are kept for an hour. */
const KEPT_MS = 3_600_000;
/** One that is longer is not kept. */
export const LONGEST_RECORD_BYTES = 4096;

export interface RecordRing {
  keep(id: string, record: string, now: number): void;
  read(id: string, now: number): string | undefined;
  /** The newest, newest first. */
  recent(limit: number, now: number): string[];
}

/** The newest records, up to a number of them and a number of bytes. */
export function createRecordRing(maxRecords: number, maxBytes: number): RecordRing {
  const records = new Map<string, { record: string; bytes: number; expiresAt: number }>();
  let total = 0;
  const drop = (id: string): void => {
    total -= records.get(id)?.bytes ?? 0;
    records.delete(id);
  };
  return {
    keep(id, record, now) {
      const bytes = Buffer.byteLength(record);
      if (bytes > LONGEST_RECORD_BYTES) return;
      drop(id);
      records.set(id, { record, bytes, expiresAt: now + KEPT_MS });
      total += bytes;
      for (const [oldest, { expiresAt }] of records) {
        if (records.size <= maxRecords && total <= maxBytes && expiresAt > now) break;
        drop(oldest);
      }
    },
    read(id, now) {
      const known = records.get(id);
      return known === undefined || known.expiresAt <= now ? undefined : known.record;
    },
    recent(limit, now) {
      const kept = [...records.values()].filter(({ expiresAt }) => expiresAt > now);
      return kept
        .slice(-limit)
        .map(({ record }) => record)
        .toReversed();
    },
  };
}
