import type { CombinedReportNeed, CostReport, MeshStatistics } from "@switchyard/reports";
import { z } from "zod";
import { WorkerError, type WorkerClient } from "./worker-client.ts";

const HOUR_MS = 3_600_000;

const statisticsSchema = z.looseObject({
  total_cost: z.number(),
  provider_stats: z.record(
    z.string(),
    z.looseObject({ total_requests: z.number(), success_rate: z.number(), total_cost: z.number() }),
  ),
});

/** What the combined report needs besides: the mesh's own statistics up to now, of as many hours. */
export async function readCombinedNeed(
  report: CostReport,
  { worker, now }: { worker: WorkerClient; now: number },
): Promise<CombinedReportNeed> {
  const hours = Math.max(1, Math.ceil((now - report.from) / HOUR_MS));
  return {
    at: now,
    days: (report.to - report.from) / (24 * HOUR_MS),
    direct: report.direct,
    lastActivity: report.lastActivity,
    mesh: await readStatistics(worker, hours),
    suggestions: report.suggestions,
  };
}

async function readStatistics(worker: WorkerClient, hours: number): Promise<MeshStatistics> {
  try {
    return statisticsSchema.parse(await worker.ask(`/api/stats?hours=${hours}`));
  } catch (error) {
    const isKnown = error instanceof WorkerError || error instanceof z.ZodError;
    if (!isKnown) throw error;
    return { total_cost: 0, provider_stats: {}, missing: error.message };
  }
}
