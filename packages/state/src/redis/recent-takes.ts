import type { Amounts } from "../limits/index.ts";
import type { Reservation } from "../state.ts";

/** What was taken of one bucket at about the same time. */
export interface RecentTake extends Amounts {
  ageMs: number;
}

/**
 * What this gateway has taken in Redis since it last looked there. When Redis loses everything no look of anybody has
 * shown it: each gateway has to tell its own.
 */
export interface RecentTakes {
  /** What comes after it in time has a later mark: Redis answers one connection in the order in which it is asked. */
  mark(): number;
  /** `asked`: the mark when it was asked for. */
  took(reservation: Reservation, asked: number): void;
  /** The truth of one that is among them, or of none. */
  settled(id: string, used: Amounts): void;
  /** A look that was asked for at this mark has shown what was asked for before. */
  seen(asked: number): void;
  /** By bucket, oldest first. */
  read(): Map<string, RecentTake[]>;
}

interface Take extends Amounts {
  bucket: string;
  at: number;
  asked: number;
}

/** Between two looks lies half a second: more than this is never taken in it. */
const MOST = 10_000;
/** Takes that lie closer together are told as one, ms. */
const TOGETHER_MS = 20;

export function createRecentTakes(now: () => number): RecentTakes {
  const takes = new Map<string, Take>();
  let marks = 0;
  let shown = 0;
  return {
    mark: () => (marks += 1),
    took({ id, bucket, candidate: { inputTokens, outputTokens } }, asked) {
      if (asked < shown) return;
      takes.set(id, { bucket, at: now(), asked, requests: 1, inputTokens, outputTokens });
      for (const oldest of takes.keys()) {
        if (takes.size <= MOST) break;
        takes.delete(oldest);
      }
    },
    settled(id, used) {
      const take = takes.get(id);
      if (take !== undefined) Object.assign(take, used);
    },
    seen(asked) {
      shown = asked;
      for (const [id, take] of takes) if (take.asked < asked) takes.delete(id);
    },
    read() {
      const read = new Map<string, RecentTake[]>();
      for (const { bucket, at, requests, inputTokens, outputTokens } of takes.values()) {
        const amounts = { requests, inputTokens, outputTokens };
        const ageMs = Math.floor((now() - at) / TOGETHER_MS) * TOGETHER_MS;
        const known = read.get(bucket) ?? [];
        read.set(bucket, known);
        const last = known.at(-1);
        if (last?.ageMs === ageMs) known[known.length - 1] = { ageMs, ...sum(last, amounts) };
        else known.push({ ageMs, ...amounts });
      }
      return read;
    },
  };
}

function sum(one: Amounts, other: Amounts): Amounts {
  return {
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}
