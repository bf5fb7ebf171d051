import type { Span } from "../sums/cubes.ts";

/** What is read for a piece of time: sums of a span that begin in it, or (span 0) the rows themselves. */
export interface Segment {
  /** Which group of the report it belongs to. */
  bucket: number;
  /** ms; 0: rows. */
  span: number;
  /** ms since the epoch; the end is exclusive. */
  starts: number;
  ends: number;
}

export interface CoverOptions {
  /** ms since the epoch, a day's begin in UTC: of the time before it there are no rows. */
  rowsFrom: number;
  /** ms, finest first: of the sums that there are. */
  spans: readonly Span[];
}

/**
 * The fewest segments that make up a piece of time: the longest spans in the middle, shorter ones towards its ends, and
 * rows for what is left there. Where there are no rows any more, the finest sums count where they begin.
 */
export function coverTime(piece: Omit<Segment, "span">, { rowsFrom, spans }: CoverOptions): Segment[] {
  const old = { ...piece, ends: Math.min(piece.ends, rowsFrom) };
  const recent = { ...piece, starts: Math.max(piece.starts, rowsFrom) };
  const { bucket } = piece;
  const [finest = 1] = spans;
  const longestFirst = spans.toReversed();
  return [
    ...cover({ bucket, starts: ceil(old.starts, finest), ends: ceil(old.ends, finest) }, longestFirst),
    ...cover(recent, longestFirst),
  ];
}

function cover(piece: Omit<Segment, "span">, spans: readonly number[]): Segment[] {
  const { bucket, starts, ends } = piece;
  if (starts >= ends) return [];
  const [span, ...finer] = spans;
  if (span === undefined) return [{ ...piece, span: 0 }];
  const first = ceil(starts, span);
  const last = Math.floor(ends / span) * span;
  if (first >= last) return cover(piece, finer);
  return [
    ...cover({ bucket, starts, ends: first }, finer),
    { bucket, span, starts: first, ends: last },
    ...cover({ bucket, starts: last, ends }, finer),
  ];
}

/** One segment in place of neighbours that read the same. */
export function mergeSegments(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (last?.bucket === segment.bucket && last.span === segment.span && last.ends === segment.starts) {
      last.ends = segment.ends;
    } else {
      merged.push({ ...segment });
    }
  }
  return merged;
}

function ceil(at: number, span: number): number {
  return Math.ceil(at / span) * span;
}
