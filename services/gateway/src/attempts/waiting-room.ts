import { setTimeout as sleep } from "node:timers/promises";

import type { OutgoingMessage } from "./attempt.ts";

export interface Wait {
  /** When room is expected, ms since the epoch. */
  until: number;
  /** When this request began to wait, ms since the epoch. */
  since: number;
  message: Pick<OutgoingMessage, "deadline" | "signal">;
}

/** Requests that wait because every candidate is full for a moment. */
export interface WaitingRoom {
  readonly waiting: number;
  /** Resolves with true when it is time to ask again; false: it would take too long, or too many wait already. */
  wait(wait: Wait): Promise<boolean>;
}

/** Those that wait for the same moment must not all ask in it. */
const SPREAD_MS = 50;
const SHORTEST_MS = 5;

/** `limits` is asked at each wait: settings may be replaced. */
export function createWaitingRoom(limits: () => { maxWaitMs: number; maxLength: number }): WaitingRoom {
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    wait: async ({ until, since, message }) => {
      const { maxWaitMs, maxLength } = limits();
      const now = Date.now();
      const pauseMs = Math.max(SHORTEST_MS, until - now) + Math.random() * SPREAD_MS;
      const isInTime = now + pauseMs <= since + maxWaitMs && performance.now() + pauseMs < message.deadline;
      if (!isInTime || waiting >= maxLength) return false;
      waiting += 1;
      try {
        await sleep(pauseMs, undefined, { signal: message.signal });
        return true;
      } catch {
        return false;
      } finally {
        waiting -= 1;
      }
    },
  };
}
