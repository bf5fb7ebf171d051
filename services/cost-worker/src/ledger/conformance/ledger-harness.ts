import type { Ledger } from "../ledger.ts";

/** How the suite gets books. */
export interface LedgerHarness {
  /** Fresh and empty. The suite closes it. */
  create(): Promise<Ledger>;
  /** The books of the last created ledger, which is closed, as another process finds them. The suite closes it. */
  reopen(): Promise<Ledger>;
  /** Another worker on the books of the last created ledger, which stays open. Absent: there is one at a time. */
  join?: () => Promise<Ledger>;
  /** How many cases a property is tried with. */
  runs: number;
}
