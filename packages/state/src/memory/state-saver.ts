import type { SavedState } from "./snapshot-file.ts";
import { writeSnapshotFile } from "./snapshot-file.ts";

const SAVE_EVERY_MS = 10_000;

export interface StateSaver {
  /** Saves a last time. */
  close: () => Promise<void>;
}

export interface StateSaverOptions {
  /** undefined: nothing is saved. */
  path: string | undefined;
  read: () => SavedState;
  onProblem: (message: string, cause: unknown) => void;
}

/** Writes the snapshot file every 10 s, one writing at a time. */
export function createStateSaver({ path, read, onProblem }: StateSaverOptions): StateSaver {
  if (path === undefined) return { close: async () => {} };
  let writing: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    writing = writing
      .then(() => writeSnapshotFile(path, read()))
      .catch((error: unknown) => onProblem("the state cannot be saved", error));
    return writing;
  };
  const timer = setInterval(() => void save(), SAVE_EVERY_MS);
  timer.unref();
  let closed: Promise<void> | undefined;
  return {
    close() {
      clearInterval(timer);
      closed ??= save();
      return closed;
    },
  };
}
