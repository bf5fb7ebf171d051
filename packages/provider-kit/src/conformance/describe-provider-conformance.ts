import { afterAll, beforeAll, describe, it } from "@jest/globals";

import { registerAnswerCases } from "./answer-cases.ts";
import { ConformanceBench } from "./conformance-bench.ts";
import type { ConformanceSetup } from "./conformance-setup.ts";
import { registerFailureCases } from "./failure-cases.ts";
import { registerServiceCases } from "./service-cases.ts";

/** What every provider does alike, seen from a client and from the gateway, before its simulator. */
export function describeProviderConformance(name: string, setup: ConformanceSetup): void {
  describe(`${name}: what every provider does`, () => {
    const bench = new ConformanceBench(setup);
    beforeAll(() => bench.open());
    afterAll(() => bench.close());
    const skip = setup.skip ?? {};
    const register = ((title: string, run: () => Promise<void>) => {
      const reason = skip[title];
      if (reason === undefined) it(title, run);
      else it.skip(`${title} [skipped: ${reason}]`, run);
    }) as typeof it;
    describe("answers", () => registerAnswerCases(bench, register));
    describe("failures", () => registerFailureCases(bench, register));
    describe("the service", () => registerServiceCases(bench, register));
  });
}
