import { constants, getPriority, setPriority } from "node:os";

import { runService } from "@switchyard/service-kit/run-service";

runService("cost-worker", async (context) => {
  const { startCostWorker } = await import("./start-cost-worker.ts");
  const worker = await startCostWorker(context, { processMetrics: true });
  stepBack();
  return worker;
});

/**
 * The books may be late, an answer may not: where both share a few cores, requests go first. Not while it starts: on a
 * busy machine that would take longer than whoever starts it waits. What runs below that already may not rise.
 */
function stepBack(): void {
  if (getPriority() < constants.priority.PRIORITY_BELOW_NORMAL) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
