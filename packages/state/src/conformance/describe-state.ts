import { afterEach, describe } from "@jest/globals";

import { registerBreakerCases } from "./breaker-cases.ts";
import { registerKeepingCases } from "./keeping-cases.ts";
import { registerLimitCases } from "./limit-cases.ts";
import { registerObservationCases } from "./observation-cases.ts";
import { registerPropertyCases } from "./property-cases.ts";
import { registerReplicaCases } from "./replica-cases.ts";
import { registerReservationCases } from "./reservation-cases.ts";
import { registerRestCases } from "./rest-cases.ts";
import { registerSpendCases } from "./spend-cases.ts";
import { registerSpendReplicaCases } from "./spend-replica-cases.ts";
import { StateBench } from "./state-bench.ts";
import type { StateHarness } from "./state-harness.ts";

/** What every implementation of `State` does alike. */
export function describeState(name: string, harness: StateHarness): void {
  describe(`${name}: what every state does`, () => {
    const bench = new StateBench(harness);
    afterEach(() => bench.close());
    describe("limits", () => registerLimitCases(bench));
    describe("observations", () => registerObservationCases(bench));
    describe("reservations", () => registerReservationCases(bench));
    describe("rests", () => registerRestCases(bench));
    describe("breakers", () => registerBreakerCases(bench));
    describe("what is kept", () => registerKeepingCases(bench));
    describe("spend", () => registerSpendCases(bench));
    describe("properties", () => registerPropertyCases(bench));
    if (harness.join !== undefined) describe("two replicas", () => registerReplicaCases(bench));
    if (harness.join !== undefined) describe("replicas' spend", () => registerSpendReplicaCases(bench));
  });
}
