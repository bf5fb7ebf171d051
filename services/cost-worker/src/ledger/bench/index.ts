export { copyLedger } from "./copy-ledger.ts";
export { fillLedger } from "./fill-ledger.ts";
