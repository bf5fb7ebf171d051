import { Readable } from "node:stream";

import { createChunkGatherer, type HeadMoment, waitingSince } from "./chunk-gatherer.ts";

/** Who gets the bytes. Exactly one of onEnd and onError comes, once, and nothing after it. */
export interface FeedConsumer {
  onChunk(chunk: Buffer): void;
  onEnd(): void;
  onError(error: unknown): void;
}

/**
 * A source of bytes that is pushed, so that a chunk costs no promise. It changes hands: whoever reads up
 * to the commit pauses it and leaves the rest to the next consumer.
 */
export interface ByteFeed {
  /** In the clock of performance.now(): when the chunk that was given last had come from outside. */
  readonly arrivedAt: number;
  /** Bytes flow to this consumer from now on. */
  start(consumer: FeedConsumer): void;
  /** Pauses, and keeps what comes, an end or an error included, for the next consumer. */
  handOver(): void;
  pause(): void;
  resume(): void;
  /** Ends the source at once; the consumer hears nothing more. */
  destroy(): void;
  /** Reads what little may still come and forgets it, so that its connection can be used again. */
  drain(): void;
}

/** A source that makes its bytes of others: it says when those had come. */
export interface Derived {
  readonly arrivedAt: number;
}

/** How long a finished upstream gets to end its response before its connection is closed. */
const DRAIN_MS = 1000;

/** A node stream is read by its events; anything else that can be iterated over, by iterating. */
export function createByteFeed(source: AsyncIterable<Buffer>): ByteFeed {
  return source instanceof Readable ? createReadableFeed(source) : createIterableFeed(source);
}

/** Holds the end until there is a consumer that wants it. */
function createRelayPoint() {
  let consumer: FeedConsumer | undefined;
  let outcome: { error?: unknown } | undefined;
  let delivered = false;
  const deliver = (): void => {
    if (consumer === undefined || outcome === undefined || delivered) return;
    delivered = true;
    if ("error" in outcome) consumer.onError(outcome.error);
    else consumer.onEnd();
  };
  return {
    chunk: (bytes: Buffer) => consumer?.onChunk(bytes),
    settle: (result: { error?: unknown }) => {
      outcome ??= result;
      deliver();
    },
    get isSettled() {
      return outcome !== undefined;
    },
    attach: (next: FeedConsumer | undefined) => {
      consumer = next;
      deliver();
    },
    detach: () => {
      consumer = undefined;
      delivered = true;
    },
  };
}

function createReadableFeed(readable: Readable & HeadMoment & Partial<Derived>): ByteFeed {
  const point = createRelayPoint();
  const gatherer = createChunkGatherer(point.chunk);
  let reading = false;
  const settle = (outcome: { error?: unknown }): void => {
    gatherer.flush();
    point.settle(outcome);
  };
  readable.on("error", (error) => settle({ error }));
  readable.on("end", () => settle({}));
  readable.on("close", () => {
    if (!point.isSettled) settle({ error: new Error("The stream was closed before its end.") });
  });
  return {
    get arrivedAt() {
      return readable.arrivedAt ?? gatherer.arrivedAt;
    },
    start: (consumer) => {
      point.attach(consumer);
      if (!reading) {
        gatherer.beginAt(waitingSince(readable));
        readable.on("data", gatherer.add);
      }
      reading = true;
      readable.resume();
    },
    handOver: () => {
      readable.pause();
      point.attach(undefined);
    },
    pause: () => void readable.pause(),
    resume: () => void readable.resume(),
    destroy: () => {
      point.detach();
      gatherer.discard();
      readable.destroy();
    },
    drain: () => {
      point.detach();
      gatherer.discard();
      if (readable.destroyed) return;
      const timer = setTimeout(() => readable.destroy(), DRAIN_MS);
      timer.unref();
      readable.once("close", () => clearTimeout(timer));
      readable.resume();
    },
  };
}

function createIterableFeed(source: AsyncIterable<Buffer>): ByteFeed {
  const point = createRelayPoint();
  const iterator = source[Symbol.asyncIterator]();
  let paused: Promise<void> | undefined;
  let release: (() => void) | undefined;
  let running = false;
  let stopped = false;
  let arrivedAt = 0;

  async function run(): Promise<void> {
    try {
      for (;;) {
        // One after the other is the point of a stream.
        if (paused !== undefined) await paused;
        if (stopped) return;
        const { done, value } = await iterator.next();
        arrivedAt = performance.now();
        if (paused !== undefined) await paused;
        if (stopped) return;
        if (done === true) return point.settle({});
        point.chunk(value);
      }
    } catch (error) {
      point.settle({ error });
    }
  }

  function pause(): void {
    paused ??= new Promise((resolve) => {
      release = resolve;
    });
  }

  function resume(): void {
    release?.();
    paused = undefined;
    release = undefined;
  }

  function stop(): void {
    point.detach();
    stopped = true;
    resume();
    // A generator hears of it at its next yield; what it waits for must be ended by the caller's signal.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }

  return {
    get arrivedAt() {
      return arrivedAt;
    },
    start: (consumer) => {
      point.attach(consumer);
      resume();
      if (!running) void run();
      running = true;
    },
    handOver: () => {
      pause();
      point.attach(undefined);
    },
    pause,
    resume,
    destroy: stop,
    drain: stop,
  };
}
