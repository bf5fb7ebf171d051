import type { Skip } from "@switchyard/state";

import type { OutgoingMessage } from "./attempt.ts";

/** The buckets that somebody waits for already, and why he did not get in. */
export type Closed = ReadonlyMap<string, Omit<Skip, "index">>;

/** One request that looks for room. */
export interface Seeker<Found> {
  /** Sessions take turns: who comes often does not keep the others waiting. */
  session: string;
  message: Pick<OutgoingMessage, "deadline" | "signal">;
  /** ms that the request has waited here before. */
  waitedMs?: number;
  /** Takes the first candidate that has room, leaving out closed buckets. `asLast`: it holds out for nothing any more. */
  seek(closed: Closed, asLast: boolean): Promise<Sought<Found>>;
  /** The buckets that it would look at now. */
  wanted(): readonly string[];
}

export interface Sought<Found> {
  found?: Found;
  /** Those without room for it, and why. */
  full: Closed;
  /** When somebody may have room at the earliest, ms since the epoch; absent: waiting is no use. */
  earliest?: number;
}

/**
 * Requests that wait because every candidate is full for a moment: one line, in the order of coming, a turn for each
 * session. Room goes to whoever waits for that bucket the longest; who comes later stands behind, unless there is room
 * where nobody waits.
 */
export interface WaitingRoom {
  readonly waiting: number;
  /** Resolves with what was found; undefined: it would take too long, or too many wait already. Rejects as `seek`. */
  enter<Found>(seeker: Seeker<Found>): Promise<Found | undefined>;
  /** Something was given back: those who wait look again. */
  roomMade(): void;
}

/** Other gateways give back what nobody here knows of: those who wait look at least so often, ms. */
const RECHECK_MS = 250;
/** No two rounds lie closer together, ms. */
const SHORTEST_MS = 5;
/** Gateways that wait for the same moment must not all ask in it, ms. */
const SPREAD_MS = 15;

interface Waiter {
  seeker: Seeker<unknown>;
  /** ms since the epoch: then it looks a last time, wherever it stands. */
  until: number;
  full: Closed;
  earliest: number | undefined;
  /** Between its asking and the answer. */
  seeking: boolean;
  resolve(found: unknown): void;
  reject(error: unknown): void;
}

/** `limits` is asked at each wait: settings may be replaced. */
export function createWaitingRoom(limits: () => { maxWaitMs: number; maxLength: number }): WaitingRoom {
  const line = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let walking = false;
  let walkedAt = 0;

  /** What those in the line have not got. */
  function closedByLine(): Map<string, Omit<Skip, "index">> {
    const closed = new Map<string, Omit<Skip, "index">>();
    for (const { full } of line) for (const [bucket, skip] of full) closed.set(bucket, skip);
    return closed;
  }

  function leave(waiter: Waiter): boolean {
    const stood = line.delete(waiter);
    if (stood) walkSoon(0);
    return stood;
  }

  async function look(waiter: Waiter, closed: Closed, isLast: boolean): Promise<void> {
    waiter.seeking = true;
    try {
      const { found, full, earliest } = await waiter.seeker.seek(closed, isLast);
      waiter.full = full;
      waiter.earliest = earliest;
      const isOver = isLast || earliest === undefined || waiter.seeker.message.signal.aborted;
      if (found !== undefined || isOver) {
        leave(waiter);
        waiter.resolve(found);
      }
    } catch (error) {
      leave(waiter);
      waiter.reject(error);
    } finally {
      waiter.seeking = false;
    }
  }

  /** Everybody's turn, in order; nobody takes what somebody before him waits for. */
  async function walk(): Promise<void> {
    if (walking) return;
    walking = true;
    walkedAt = performance.now();
    const closed = new Map<string, Omit<Skip, "index">>();
    for (const waiter of inTurn([...line])) {
      if (!line.has(waiter) || waiter.seeking) continue;
      const isLast = Date.now() >= waiter.until;
      if (!isLast && waiter.seeker.wanted().every((bucket) => closed.has(bucket))) continue;
      // One after the other is the point.
      await look(waiter, isLast ? NONE : closed, isLast);
      if (line.has(waiter)) for (const [bucket, skip] of waiter.full) closed.set(bucket, skip);
    }
    walking = false;
    walkNext();
  }

  function walkNext(): void {
    if (line.size === 0) return;
    const now = Date.now();
    let next = now + RECHECK_MS;
    for (const { earliest, until } of line) next = Math.min(next, until, Math.max(earliest ?? next, now));
    walkSoon(next - now + Math.random() * SPREAD_MS);
  }

  function walkSoon(delayMs: number): void {
    if (line.size === 0) return;
    const at = Math.max(performance.now() + delayMs, walkedAt + SHORTEST_MS);
    if (timer !== undefined && at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(
      () => {
        timer = undefined;
        dueAt = Number.POSITIVE_INFINITY;
        void walk();
      },
      Math.max(0, at - performance.now()),
    );
  }

  function stand<Found>(seeker: Seeker<Found>, waiting: Pick<Waiter, "until" | "full" | "earliest">) {
    const { signal } = seeker.message;
    return new Promise<Found | undefined>((resolve, reject) => {
      const onLeave = (): void => {
        // Whoever asks for it at this moment answers it.
        if (!waiter.seeking && leave(waiter)) waiter.resolve(undefined);
      };
      const waiter: Waiter = {
        seeker,
        ...waiting,
        seeking: false,
        resolve: (found) => {
          signal.removeEventListener("abort", onLeave);
          resolve(found as Found | undefined);
        },
        reject: (error) => {
          signal.removeEventListener("abort", onLeave);
          reject(error);
        },
      };
      signal.addEventListener("abort", onLeave, { once: true });
      line.add(waiter);
      walkNext();
    });
  }

  return {
    get waiting() {
      return line.size;
    },
    async enter(seeker) {
      const { deadline, signal } = seeker.message;
      let sought = await seeker.seek(closedByLine(), false);
      const { maxWaitMs, maxLength } = limits();
      const until = Date.now() + Math.min(maxWaitMs - (seeker.waitedMs ?? 0), deadline - performance.now());
      const isEnough = ({ found, earliest = 0 }: Sought<unknown>): boolean =>
        found !== undefined || (earliest <= until && line.size < maxLength);
      // What it would hold out for does not come in time: then whoever else has room.
      if (!isEnough(sought)) sought = await seeker.seek(closedByLine(), true);
      const { found, full, earliest } = sought;
      if (found !== undefined || earliest === undefined || signal.aborted || !isEnough(sought)) return found;
      return stand(seeker, { until, full, earliest });
    },
    roomMade: () => walkSoon(0),
  };
}

const NONE: Closed = new Map();

/** First the oldest request of every session, then their second ones, and so on. */
function inTurn(waiters: readonly Waiter[]): Waiter[] {
  const counts = new Map<string, number>();
  const ranked = waiters.map((waiter) => {
    const { session } = waiter.seeker;
    const rank = counts.get(session) ?? 0;
    counts.set(session, rank + 1);
    return { waiter, rank };
  });
  // Sorting keeps the order of coming.
  return ranked.toSorted((one, other) => one.rank - other.rank).map(({ waiter }) => waiter);
}
