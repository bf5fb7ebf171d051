/** The ledger cannot be opened as it is set up: a person must change something. Names the setting. */
export class LedgerSetupError extends Error {
  override readonly name = "LedgerSetupError";
}
