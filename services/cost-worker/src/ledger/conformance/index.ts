export { describeLedger } from "./describe-ledger.ts";
export type { LedgerHarness } from "./ledger-harness.ts";
