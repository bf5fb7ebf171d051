import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createLedger } from "@switchyard/cost-worker";
import { fillLedger } from "@switchyard/cost-worker/bench";

export interface FilledLedgerOptions {
  rows: number;
  days: number;
  /** One that is there already: a file, or the address of a database. Default: a file is made, and filled. */
  ledger?: string | undefined;
}

export interface FilledPlace {
  place: string;
  /** ms; absent: it was there already. */
  fillMs?: number;
}

/** A ledger of so many rows whose last ones are of this hour; it is filled when it is first asked for. */
export interface FilledLedger {
  place(): Promise<FilledPlace>;
  close(): void;
}

const DAY_MS = 86_400_000;

export function createFilledLedger(options: FilledLedgerOptions): FilledLedger {
  const { ledger } = options;
  let folder: string | undefined;
  let filled: Promise<FilledPlace> | undefined = ledger === undefined ? undefined : Promise.resolve({ place: ledger });
  const make = (): Promise<FilledPlace> => {
    folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-filled-"));
    return fill(path.join(folder, "ledger.sqlite"), options);
  };
  return {
    place: () => (filled ??= make()),
    close: () => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill(file: string, { rows, days }: FilledLedgerOptions): Promise<FilledPlace> {
  const ledger = await createLedger({ databaseFile: file });
  const started = performance.now();
  try {
    await fillLedger(ledger, { rows, from: Date.now() - days * DAY_MS, days, clients: 50, seed: 11 });
    return { place: file, fillMs: performance.now() - started };
  } finally {
    await ledger.close();
  }
}
