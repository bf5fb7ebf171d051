import type { Readable } from "node:stream";

/** A body whose first bytes may have come together with its head. */
export interface HeadMoment {
  /** In the clock of performance.now(). */
  headAt?: number;
}

/** Since when there is something to read of a body nobody has read of yet; undefined: nothing has come so far. */
export function waitingSince(body: Readable & HeadMoment): number | undefined {
  return body.readableLength > 0 ? body.headAt : undefined;
}

/** Makes one piece of what comes in one turn of the event loop. */
export interface ChunkGatherer {
  readonly add: (chunk: Buffer) => void;
  /** What comes first had come at this moment already, and waited. */
  readonly beginAt: (moment: number | undefined) => void;
  /** In the clock of performance.now(): when the first byte of what was given last had come. */
  readonly arrivedAt: number;
  /** Gives what has come so far at once: before an end or an error is told. */
  readonly flush: () => void;
  /** Forgets what has come and was not given yet. */
  readonly discard: () => void;
}

/** As much as one read of a socket brings; more is given at once, so that whoever takes it can say that it is enough. */
const MOST_BYTES = 65_536;

/**
 * An upstream sends each event as a chunk of its own, and one read of the socket brings many of them. They
 * are given as one piece when that read is over, before anything else can happen: nothing waits for bytes
 * that have not come yet, and what follows is done once instead of for every event.
 */
export function createChunkGatherer(give: (bytes: Buffer) => void): ChunkGatherer {
  let first: Buffer | undefined;
  let more: Buffer[] = [];
  let length = 0;
  let arrivedAt = 0;
  let waiting: number | undefined;
  const flush = (): void => {
    if (first === undefined) return;
    const bytes = more.length === 0 ? first : Buffer.concat([first, ...more]);
    discard();
    give(bytes);
  };
  const discard = (): void => {
    first = undefined;
    length = 0;
    if (more.length > 0) more = [];
  };
  return {
    add: (chunk) => {
      length += chunk.length;
      if (first === undefined) {
        first = chunk;
        arrivedAt = waiting ?? performance.now();
        waiting = undefined;
        process.nextTick(flush);
      } else more.push(chunk);
      if (length >= MOST_BYTES) flush();
    },
    beginAt: (moment) => {
      waiting = moment;
    },
    flush,
    discard,
    get arrivedAt() {
      return arrivedAt;
    },
  };
}
