import type { ToolNames, TranslationContext, TranslationTarget } from "../contract.ts";
import type { CallIds } from "./call-ids.ts";
import type { Place } from "./place.ts";
import type { ToolLedger } from "./tool-ledger.ts";
import type { Warnings } from "./warnings.ts";

/** What every reader of a part of the conversation may need. */
export interface ReaderContext {
  target: TranslationTarget;
  apiVersion: string;
  recallThinking: TranslationContext["recallThinking"];
  toolNames: ToolNames;
  callIds: CallIds;
  ledger: ToolLedger;
  warnings: Warnings;
  place: Place;
}
