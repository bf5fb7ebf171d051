import type { FailureName, ModelInfo, TokenUsage } from "@switchyard/wire";

import type { Shell } from "./shell.ts";

export interface RequestEnd {
  /** Status the client got; 499: it had gone before there was one. */
  status: number;
  failure?: FailureName;
  usage?: TokenUsage;
  attempts: number;
  upstreamRequestId?: string | undefined;
  clientGone?: boolean;
}

/** What is noted of one message request; `end` counts and logs it, once. */
export interface RequestRecord {
  /** Set as soon as it is known. */
  model: ModelInfo | undefined;
  /** ms this service spent itself before sending, and after the first output. */
  overheadMs: number;
  firstOutput(): void;
  end(end: RequestEnd): void;
}

export function createRequestRecord(
  { metrics, logger, provider }: Shell,
  { requestId, receivedAt }: { requestId: string; receivedAt: number },
): RequestRecord {
  const labels = () => ({ provider: provider.name, model: record.model?.canonical ?? "" });
  let firstOutputMs: number | undefined;
  let ended = false;
  metrics.activeStreams.inc({ provider: provider.name });

  const record: RequestRecord = {
    model: undefined,
    overheadMs: 0,
    firstOutput: () => {
      firstOutputMs = performance.now() - receivedAt;
      metrics.firstOutput.observe(labels(), firstOutputMs / 1000);
      metrics.overhead.observe({ provider: provider.name }, record.overheadMs / 1000);
    },
    end: ({ status, failure, usage, attempts, upstreamRequestId, clientGone }) => {
      if (ended) return;
      ended = true;
      const durationMs = performance.now() - receivedAt;
      metrics.activeStreams.dec({ provider: provider.name });
      metrics.requests.inc({ ...labels(), status: String(status), failure: failure ?? "" });
      metrics.duration.observe(labels(), durationMs / 1000);
      if (usage !== undefined) metrics.countTokens(labels(), usage);
      logger.info("request ended", {
        requestId,
        model: record.model?.id,
        status,
        ...(failure === undefined ? {} : { failure }),
        ...(clientGone === true ? { clientGone } : {}),
        attempts,
        ...(firstOutputMs === undefined ? {} : { firstOutputMs: Math.round(firstOutputMs) }),
        durationMs: Math.round(durationMs),
        overheadMs: Math.round(record.overheadMs * 100) / 100,
        ...(usage === undefined ? {} : { usage }),
        ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
      });
    },
  };
  return record;
}
