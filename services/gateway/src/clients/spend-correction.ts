import type { SpendBook } from "@switchyard/state";
import type { LedgerSpend } from "@switchyard/wire";

/** Raises the sums of budgets to what the ledger knows: after a restart, or when Redis has lost them. */
export interface SpendCorrection {
  /** Resolves when the ledger has been asked once, whatever came of it; at the latest after a second. */
  readonly first: Promise<void>;
  /** Asks now. Never rejects. */
  run(): Promise<void>;
  close(): void;
}

export interface SpendCorrectionOptions {
  state: Pick<SpendBook, "correctSpend">;
  fetchSpend: () => Promise<LedgerSpend>;
  /** ms between two questions; default 30,000. While the worker is away: 2,000. */
  intervalMs?: number;
  onProblem: (message: string, cause: unknown) => void;
}

const INTERVAL_MS = 30_000;
const AGAIN_MS = 2000;
const FIRST_MS = 1000;

export function createSpendCorrection(options: SpendCorrectionOptions): SpendCorrection {
  const { state, fetchSpend, onProblem, intervalMs = INTERVAL_MS } = options;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let failures = 0;

  const run = async (): Promise<void> => {
    try {
      await state.correctSpend((await fetchSpend()).sums);
      failures = 0;
    } catch (error) {
      failures += 1;
      // Once: where all start together, the worker comes a moment later.
      if (failures === 2) onProblem("the cost worker does not tell what is spent; this gateway's own sums stay", error);
    }
  };
  const schedule = (): void => {
    if (isClosed) return;
    timer = setTimeout(() => void run().then(schedule), failures > 0 ? Math.min(AGAIN_MS, intervalMs) : intervalMs);
    timer.unref();
  };
  const first = Promise.race([
    run(),
    new Promise<void>((resolve) => {
      setTimeout(resolve, FIRST_MS).unref();
    }),
  ]);
  void first.then(schedule);
  return {
    first,
    run,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
