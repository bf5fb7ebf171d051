export * from "./ledger.ts";
export { createLedger, type LedgerOptions } from "./create-ledger.ts";
export { createPostgresLedger } from "./create-postgres-ledger.ts";
export { createSqliteLedger } from "./create-sqlite-ledger.ts";
export { LedgerSetupError } from "./ledger-setup-error.ts";
