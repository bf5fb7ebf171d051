/** Whether a process is going down, and who must be told. */
export interface Lifecycle {
  readonly draining: boolean;
  /**
   * Registers what a shutdown does with requests that outlive the grace: a relay ends its stream with an
   * `overloaded_error` event. Returns the function that takes it back once the request has ended.
   */
  onShutdown(hook: () => void): () => void;
  /** From now on new requests are refused. */
  drain(): void;
  /** Calls every hook once, all of them even if one throws. */
  endRequests(): void;
}

export function createLifecycle(): Lifecycle {
  const hooks = new Set<() => void>();
  let draining = false;
  return {
    get draining() {
      return draining;
    },
    onShutdown: (hook) => {
      hooks.add(hook);
      return () => hooks.delete(hook);
    },
    drain: () => {
      draining = true;
    },
    endRequests: () => {
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
