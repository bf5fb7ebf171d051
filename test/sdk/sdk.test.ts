import { afterAll, beforeAll, beforeEach, describe } from "@jest/globals";
import { registerAnswerCases } from "./answer-cases.ts";
import { registerFailureCases, registerRetryCase } from "./failure-cases.ts";
import { registerListingCases } from "./listing-cases.ts";
import type { SdkBench } from "./sdk-case.ts";
import { SDK_TARGETS, startSdkRig, type SdkRig } from "./sdk-rig.ts";

const START_LIMIT_MS = 120_000;

describe("the official SDK", () => {
  let rig: SdkRig | undefined;
  beforeAll(async () => {
    rig = await startSdkRig();
  }, START_LIMIT_MS);
  afterAll(() => rig?.close(), START_LIMIT_MS);

  const started = (): SdkRig => {
    if (rig === undefined) throw new Error("the mesh has not been started");
    return rig;
  };

  describe.each(SDK_TARGETS)("over $kind, $model", (target) => {
    describe.each(["gateway", "service"] as const)("at the %s", (door) => {
      const bench: SdkBench = {
        door,
        target,
        rig: started,
        simulator: () => started().simulator(target.kind),
        client: (options) => started().client(door, target.kind, options),
      };
      beforeEach(() => bench.simulator().reset());
      registerAnswerCases(bench);
      registerListingCases(bench);
      registerFailureCases(bench);
      if (target === SDK_TARGETS[0]) registerRetryCase(bench);
    });
  });
});
