import { runService } from "@switchyard/service-kit/run-service";

runService("cost-worker", async ({ settings, logger }) => {
  const { createCostWorker } = await import("./create-cost-worker.ts");
  const worker = await createCostWorker({ settings, logger, processMetrics: true });
  return { urls: [worker.url], close: () => worker.close() };
});
