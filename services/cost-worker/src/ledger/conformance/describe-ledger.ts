import { afterEach, describe } from "@jest/globals";

import { registerKeepingCases } from "./keeping-cases.ts";
import { LedgerBench } from "./ledger-bench.ts";
import type { LedgerHarness } from "./ledger-harness.ts";
import { registerPageCases } from "./page-cases.ts";
import { registerPropertyCases } from "./property-cases.ts";
import { registerReportCases } from "./report-cases.ts";
import { registerRetainCases } from "./retain-cases.ts";
import { registerSharedTaskCases, registerTaskCases } from "./task-cases.ts";
import { registerWorkerCases } from "./worker-cases.ts";
import { registerWriteCases } from "./write-cases.ts";

/** What every store of the books does alike. */
export function describeLedger(name: string, harness: LedgerHarness): void {
  describe(`${name}: what every ledger does`, () => {
    const bench = new LedgerBench(harness);
    afterEach(() => bench.close());
    describe("writing", () => registerWriteCases(bench));
    describe("reports", () => registerReportCases(bench));
    describe("pages", () => registerPageCases(bench));
    describe("removal of rows", () => registerRetainCases(bench));
    describe("what is kept", () => registerKeepingCases(bench));
    describe("what workers take up", () => registerTaskCases(bench));
    describe("properties", () => registerPropertyCases(bench));
    if (harness.join !== undefined) {
      describe("two workers", () => {
        registerWorkerCases(bench);
        registerSharedTaskCases(bench);
      });
    }
  });
}
