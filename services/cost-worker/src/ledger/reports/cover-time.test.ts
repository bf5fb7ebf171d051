import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { type Span, SPANS } from "../sums/cubes.ts";
import { coverTime, mergeSegments, type Segment } from "./cover-time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Of a segment in words: how long its spans are and how many of them; "rows" and minutes. */
function inWords({ span, starts, ends }: Segment): string {
  return span === 0 ? `rows of ${(ends - starts) / MINUTE} min` : `${(ends - starts) / span} × ${span / HOUR} h`;
}

describe("what is read for a piece of time", () => {
  it("is long spans in the middle, shorter ones outwards, and rows at the ends", () => {
    const piece = { bucket: 0, starts: 20 * DAY - 7 * HOUR - 20 * MINUTE, ends: 23 * DAY + 50 * MINUTE };
    const segments = coverTime(piece, { rowsFrom: 0, spans: SPANS });
    expect(segments.map(inWords)).toEqual([
      "rows of 5 min",
      "1 × 0.25 h",
      "1 × 1 h",
      "1 × 6 h",
      "3 × 24 h",
      "3 × 0.25 h",
      "rows of 5 min",
    ]);
  });

  it("has no rows of the time before them: the finest spans count where they begin", () => {
    const piece = { bucket: 0, starts: 10 * DAY + 5 * MINUTE, ends: 10 * DAY + 20 * MINUTE };
    const segments = coverTime(piece, { rowsFrom: 11 * DAY, spans: SPANS });
    expect(segments).toEqual([
      { bucket: 0, span: 15 * MINUTE, starts: 10 * DAY + 15 * MINUTE, ends: 10 * DAY + 30 * MINUTE },
    ]);
  });

  it("covers every moment once, whatever spans there are", () => {
    const spans = fc.constantFrom<readonly Span[]>(SPANS, [3_600_000, 86_400_000], [3_600_000, 21_600_000, 86_400_000]);
    const moment = fc.nat(40 * DAY);
    fc.assert(
      fc.property(moment, moment, spans, fc.nat(40), (one, other, some, day) => {
        const [starts, ends] = [Math.min(one, other), Math.max(one, other)];
        const options = { rowsFrom: day * DAY, spans: some };
        const segments = mergeSegments(coverTime({ bucket: 3, starts, ends }, options));
        let reached = segments[0]?.starts ?? ends;
        for (const segment of segments) {
          expect(segment.starts).toBe(reached);
          expect(segment.bucket).toBe(3);
          if (segment.span > 0) expect([segment.starts % segment.span, segment.ends % segment.span]).toEqual([0, 0]);
          else expect(segment.starts).toBeGreaterThanOrEqual(options.rowsFrom);
          reached = segment.ends;
        }
        const finest = some[0] ?? 0;
        const rounded = (at: number): number => (at < options.rowsFrom ? Math.ceil(at / finest) * finest : at);
        expect([segments[0]?.starts ?? rounded(ends), reached]).toEqual([
          segments.length === 0 ? rounded(ends) : rounded(starts),
          segments.length === 0 ? ends : rounded(ends),
        ]);
      }),
    );
  });

  it("is one segment where neighbours read the same", () => {
    const day = (bucket: number, number: number): Segment => ({
      bucket,
      span: DAY,
      starts: number * DAY,
      ends: (number + 1) * DAY,
    });
    expect(mergeSegments([day(0, 1), day(0, 2), day(1, 3), day(1, 5)])).toEqual([
      { bucket: 0, span: DAY, starts: DAY, ends: 3 * DAY },
      day(1, 3),
      day(1, 5),
    ]);
  });
});
