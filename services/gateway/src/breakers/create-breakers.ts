import { EventEmitter } from "node:events";

import type { Snapshot } from "@switchyard/state";
import CircuitBreaker from "opossum";

/**
 * The local switches, one per target. What the fleet knows (the count of failures, the time of opening, the lease of
 * the one probe) lies in the shared state and drives them; they save a gateway from asking for what is known to be open.
 */
export interface Breakers {
  /** False: open, and not yet time to ask for the probe's lease. */
  mayAsk(target: string): boolean;
  /** Runs an attempt. `isGood` tells whether what it resolved with is an answer: it closes a half-open switch. */
  fire<Result>(target: string, attempt: Attempted<Result>): Promise<Result>;
  /** The state has refused the lease: somebody else probes, or it is too early. */
  refused(target: string): void;
  /** Takes over what the fleet knows. */
  follow(snapshot: Snapshot): void;
  close(): void;
}

export interface Attempted<Result> {
  run(): Promise<Result>;
  isGood(result: Result): boolean;
}

/** So long an open switch waits before it may ask the state again; the state alone decides about a probe. */
const ASK_AGAIN_MS = 250;

/** An attempt without an answer, in the form that the library takes for a failure. */
class NoAnswer extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super("The attempt brought no answer.");
    this.result = result;
  }
}

type Switch = CircuitBreaker<[Attempted<unknown>]>;

export function createBreakers(): Breakers {
  const switches = new Map<string, Switch>();
  // The library's own statistics decide nothing here: without this each switch would keep a timer for them.
  const rotation = new EventEmitter();
  rotation.setMaxListeners(0);

  function create(): Switch {
    return new CircuitBreaker(act, {
      timeout: false,
      resetTimeout: ASK_AGAIN_MS,
      // Out of reach: the count of consecutive failures is the state's.
      volumeThreshold: Number.MAX_SAFE_INTEGER,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: rotation,
    });
  }

  function open(target: string): void {
    let breaker = switches.get(target);
    if (breaker === undefined) {
      breaker = create();
      switches.set(target, breaker);
    }
    if (breaker.closed) breaker.open();
  }

  function drop(target: string): void {
    switches.get(target)?.shutdown();
    switches.delete(target);
  }

  return {
    mayAsk: (target) => {
      const breaker = switches.get(target);
      return breaker === undefined || breaker.closed || breaker.pendingClose;
    },
    fire: async (target, attempt) => {
      const breaker = switches.get(target);
      // Closed ones need no switch: there is one for each target that the fleet has found open.
      if (breaker === undefined || breaker.isShutdown) return attempt.run();
      try {
        return (await breaker.fire(attempt)) as Awaited<ReturnType<typeof attempt.run>>;
      } catch (error) {
        if (error instanceof NoAnswer) return error.result as Awaited<ReturnType<typeof attempt.run>>;
        // It opened between the taking and now; the state gave this attempt its place.
        if (isOpenError(error)) return attempt.run();
        throw error;
      }
    },
    refused: (target) => {
      const breaker = switches.get(target);
      if (breaker?.halfOpen === true) breaker.open();
    },
    follow: ({ targets }) => {
      for (const [target, { breaker }] of targets) if (breaker !== "closed") open(target);
      for (const target of switches.keys()) {
        if ((targets.get(target)?.breaker ?? "closed") === "closed") drop(target);
      }
    },
    close: () => {
      for (const target of switches.keys()) drop(target);
    },
  };
}

async function act(attempt: Attempted<unknown>): Promise<unknown> {
  const result = await attempt.run();
  if (!attempt.isGood(result)) throw new NoAnswer(result);
  return result;
}

function isOpenError(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "EOPENBREAKER";
}
