/** How the worker is, as far as it has seen; for /health. */
export interface WorkerState {
  readonly startedAt: number;
  /** ms since the epoch: when events came in last. */
  lastEventAt: number | undefined;
  /** What the ledger said the last time it could not be used; undefined: it could be. */
  ledgerProblem: string | undefined;
  /** Of a queue that cannot be reached. */
  queueProblem: string | undefined;
}

export function createWorkerState(now: number): WorkerState {
  return { startedAt: now, lastEventAt: undefined, ledgerProblem: undefined, queueProblem: undefined };
}
