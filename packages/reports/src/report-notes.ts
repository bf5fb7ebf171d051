import type { CostReportNeed } from "./cost-report.ts";
import { formatCount } from "./format.ts";
import type { TranscriptRows } from "./transcript-rows.ts";

const SKIPPED: Readonly<Record<string, string>> = {
  torn: "torn",
  not_json: "no JSON",
  too_long: "too long",
  no_time: "without a time",
  no_counts: "without token counts",
};

/** What a reader has to know to trust the figures: where they are from, what was assumed, what is missing. */
export function buildNotes({ ledger, transcripts }: CostReportNeed, told: TranscriptRows): string[] {
  const notes: string[] = [];
  if ("missing" in ledger) notes.push(`Nothing from the ledger: ${ledger.missing}.`);
  if ("missing" in transcripts) notes.push(`Nothing from Claude Code's transcripts: ${transcripts.missing}.`);
  else notes.push(...notesOnReading(transcripts.read.stats));
  notes.push(...notesOnWays(told, "missing" in ledger));
  if (told.ways.direct > 0)
    notes.push(
      "Direct answers are priced at the list of Anthropic's API; what a subscription covered was not billed by the token.",
    );
  for (const [model, count] of told.unpriced)
    notes.push(`No price is known of ${model}: ${plural(count, "direct answer")} counted as $0.`);
  if (told.fast > 0)
    notes.push(
      `${plural(told.fast, "direct answer")} in fast mode counted at the standard price: fast mode costs more.`,
    );
  return notes;
}

function notesOnReading(stats: Extract<CostReportNeed["transcripts"], { read: unknown }>["read"]["stats"]): string[] {
  const notes: string[] = [];
  const skipped = Object.entries(stats.skipped).filter(([, count]) => count > 0);
  if (skipped.length > 0) {
    const reasons = skipped.map(([reason, count]) => `${formatCount(count)} ${SKIPPED[reason] ?? reason}`);
    const total = skipped.reduce((sum, [, count]) => sum + count, 0);
    notes.push(`${plural(total, "line")} of the transcripts could not be used: ${reasons.join(", ")}.`);
  }
  const shown = stats.unreadable.slice(0, 5).map(({ path, reason }) => `${path} (${reason})`);
  const more = stats.unreadable.length - shown.length;
  if (shown.length > 0) notes.push(`Could not be read: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`);
  return notes;
}

function notesOnWays({ ways }: TranscriptRows, noLedger: boolean): string[] {
  const notes: string[] = [];
  if (ways.mesh > 0)
    notes.push(
      `${plural(ways.mesh, "answer")} of the transcripts went through the mesh and count${ways.mesh === 1 ? "s" : ""} ` +
        "once, by the ledger: the ledger knows the session, and the answer's request id, where there is one, is a gateway's.",
    );
  if (ways.other_mesh > 0)
    notes.push(
      `${plural(ways.other_mesh, "answer")} came through a gateway, by the form of the request id, but ` +
        `${noLedger ? "the ledger could not be asked" : "this ledger does not know the session"}: ` +
        'they stand under "other mesh", at the list price of Anthropic\'s API.',
    );
  return notes;
}

function plural(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;
}
