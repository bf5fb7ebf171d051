export { type CostWorker, type CostWorkerDeps, type CostWorkerTimes, createCostWorker } from "./create-cost-worker.ts";
export * from "./ledger/index.ts";
