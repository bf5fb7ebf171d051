/** Whether a process is going down, and who must be told. */
export interface Lifecycle {
  readonly draining: boolean;
  /** The grace is over: what is open is being ended, nothing new is begun. */
  readonly ending: boolean;
  /**
   * Registers what a shutdown does with requests that outlive the grace: a relay ends its stream with an
   * `overloaded_error` event. Returns the function that takes it back once the request has ended.
   */
  onShutdown(hook: () => void): () => void;
  /** From now on only connections that are open already are served, each for one more request. */
  drain(): void;
  /** Calls every hook once, all of them even if one throws. */
  endRequests(): void;
}

export function createLifecycle(): Lifecycle {
  const hooks = new Set<() => void>();
  let draining = false;
  let ending = false;
  return {
    get draining() {
      return draining;
    },
    get ending() {
      return ending;
    },
    onShutdown: (hook) => {
      hooks.add(hook);
      return () => hooks.delete(hook);
    },
    drain: () => {
      draining = true;
    },
    endRequests: () => {
      ending = true;
      const failures: unknown[] = [];
      for (const hook of hooks) {
        try {
          hook();
        } catch (error) {
          failures.push(error);
        }
      }
      hooks.clear();
      if (failures.length > 0) throw new AggregateError(failures, "Ending requests at shutdown failed.");
    },
  };
}
