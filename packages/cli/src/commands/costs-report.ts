import { createCatalog, createPriceBook, overridesOf } from "@switchyard/catalog";
import { buildCostReport, type CostReport, type LedgerFigures, type Source } from "@switchyard/reports";
import type { Settings } from "@switchyard/service-kit";
import { readTranscripts, type Transcripts } from "@switchyard/transcripts";
import { readLedger } from "./costs-ledger.ts";
import { parseCostRange } from "./costs-range.ts";
import { WorkerError, type WorkerClient } from "./worker-client.ts";

export interface CostsReportOptions {
  since?: string;
  until?: string;
  by: readonly string[];
  /** Folder of the transcripts; undefined: they are left out. */
  transcripts: string | undefined;
  settings: Settings;
  worker: WorkerClient;
  /** ms since the epoch. */
  now: number;
}

/** Reads the ledger and the transcripts at once, and goes on with either of them. */
export async function readCostsReport(options: CostsReportOptions): Promise<CostReport> {
  const { settings, worker, now, by } = options;
  const range = parseCostRange({ ...options, timeZone: settings.costs.timeZone });
  const [ledger, transcripts] = await Promise.all([
    readLedger(worker, range, by).catch((error: unknown) => {
      if (error instanceof WorkerError) return { missing: error.message };
      throw error;
    }),
    readOwnTranscripts(options.transcripts, range),
  ]);
  const found: Source<LedgerFigures> = "missing" in ledger ? ledger : { read: ledger.figures };
  const catalog = createCatalog();
  const notes =
    "truncated" in ledger && ledger.truncated
      ? [
          "The ledger has more rows than one answer holds: sums are too small. Ask for a shorter time or fewer dimensions.",
        ]
      : [];
  return buildCostReport({
    ...range,
    // The ledger's days are the worker's.
    timeZone: "timeZone" in ledger ? ledger.timeZone : settings.costs.timeZone,
    by,
    ledger: found,
    transcripts,
    catalog,
    prices: createPriceBook({ catalog, overrides: overridesOf(settings), now: () => now }),
    places: settings.providers.map(({ name, kind, enabled, missing }) => ({
      name,
      kind,
      ready: enabled && missing.length === 0,
    })),
    notes,
  });
}

async function readOwnTranscripts(
  directory: string | undefined,
  { from, to }: { from: number; to: number },
): Promise<Source<Transcripts>> {
  if (directory === undefined) return { missing: "they were left out, as --no-transcripts says" };
  const transcripts = await readTranscripts({ directory, since: from, until: to });
  const { files, unreadable } = transcripts.stats;
  if (files === 0 && unreadable.length === 0) return { missing: `there are none in ${directory}` };
  const [root] = unreadable;
  if (files === 0 && root?.path === directory)
    return { missing: root.reason === "ENOENT" ? `there is no folder ${directory}` : `${directory}: ${root.reason}` };
  return { read: transcripts };
}
