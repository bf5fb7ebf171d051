export * from "./ledger/ledger.ts";
