export interface RepeatingOptions {
  /** ms between the end of a run and the next one's beginning. */
  everyMs: number;
  run: () => Promise<void>;
  /** A run that failed; the next one comes all the same. */
  onError: (error: unknown) => void;
  /** A run may not take more than this part of the time: after a long one it waits longer. Default 1. */
  shareOfTime?: number;
}

export interface Repeating {
  /** Begins no further run, and waits for the one under way. */
  close(): Promise<void>;
}

/** Runs something again and again, one run at a time. The first comes at once; the timer keeps no process alive. */
export function repeat({ everyMs, run, onError, shareOfTime = 1 }: RepeatingOptions): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const runOnce = async (): Promise<void> => {
    const startedAt = performance.now();
    await run().catch(onError);
    const took = performance.now() - startedAt;
    if (closed) return;
    timer = setTimeout(start, Math.max(everyMs, took / shareOfTime - took));
    timer.unref();
  };
  let running: Promise<void>;
  const start = (): void => {
    running = runOnce();
  };
  start();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
