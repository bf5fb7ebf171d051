import { constants, setPriority } from "node:os";

import { runService } from "@switchyard/service-kit/run-service";

// The books may be late, an answer may not: where both share a few cores, requests go first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

runService("cost-worker", async ({ settings, logger }) => {
  const { createCostWorker } = await import("./create-cost-worker.ts");
  const worker = await createCostWorker({ settings, logger, processMetrics: true });
  return { urls: [worker.url], close: () => worker.close() };
});
