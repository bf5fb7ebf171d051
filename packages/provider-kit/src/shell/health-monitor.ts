import { type Logger, redactText } from "@switchyard/service-kit";
import { type FailureName, GatewayError, type ProviderStatus } from "@switchyard/wire";

import type { Provider } from "../provider.ts";

export interface HealthReport {
  status: ProviderStatus;
  missing?: readonly string[];
  /** A sentence for people. */
  reason?: string;
  failure?: FailureName;
  /** RFC 3339: when the upstream was last asked. */
  checked_at?: string;
  /** How long the upstream took. */
  latency_ms?: number;
}

export interface HealthMonitor {
  /** The last known state; never does I/O. */
  report(): HealthReport;
  /** Checks now and then each interval, in the background. */
  start(): void;
  /** One check; calls at the same time share it. Never throws. */
  check(): Promise<HealthReport>;
  close(): Promise<void>;
}

export interface HealthMonitorOptions {
  /** ms between two checks; 0: only the first. */
  intervalMs: number;
  /** ms that a check may take. */
  timeoutMs: number;
  logger: Logger;
}

/** Doubled with each failed check, up to the interval. */
const FIRST_RETRY_MS = 1000;

interface CheckResult {
  at: string;
  latencyMs: number;
  error?: GatewayError;
}

/** Asks the upstream in the background, so that nobody who asks for health causes or awaits a request. */
export function createHealthMonitor(provider: Provider, options: HealthMonitorOptions): HealthMonitor {
  const closing = new AbortController();
  let last: CheckResult | undefined;
  let running: Promise<HealthReport> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function report(): HealthReport {
    const { status, missing, reason } = provider.status();
    const known = { ...(missing === undefined ? {} : { missing }), ...(reason === undefined ? {} : { reason }) };
    if (status !== "ok") return { status, ...known };
    if (last === undefined) return { status: "checking", ...known };
    const checked = { checked_at: last.at, latency_ms: last.latencyMs };
    if (last.error === undefined) return { status: "ok", ...known, ...checked };
    const { failure, message } = last.error;
    const isRetired = failure === "retired";
    return {
      status: isRetired ? "retired" : "unreachable",
      reason: redactText(message),
      ...(failure === undefined ? {} : { failure }),
      ...checked,
    };
  }

  async function check(): Promise<HealthReport> {
    if (provider.status().status !== "ok" || closing.signal.aborted) return report();
    const startedAt = performance.now();
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(options.timeoutMs)]);
    const error = await provider.check(signal).then(
      () => undefined,
      (thrown: unknown) => nameError(thrown, signal, options.timeoutMs),
    );
    if (closing.signal.aborted) return report();
    const before = report().status;
    last = {
      at: new Date().toISOString(),
      latencyMs: Math.round(performance.now() - startedAt),
      ...(error === undefined ? {} : { error }),
    };
    logChange(before, report());
    return report();
  }

  function logChange(before: ProviderStatus, now: HealthReport): void {
    if (before === now.status) return;
    const fields = { provider: provider.name, status: now.status, reason: now.reason, failure: now.failure };
    if (now.status === "ok") options.logger.info("upstream is reachable", fields);
    else options.logger.warn("upstream check failed", fields);
  }

  function checkOnce(): Promise<HealthReport> {
    running ??= check().finally(() => {
      running = undefined;
    });
    return running;
  }

  /** After a failure sooner than the interval says: an upstream that starts together with us is up a moment later. */
  async function checkAgainAndAgain(failures = 0): Promise<void> {
    await checkOnce();
    if (options.intervalMs <= 0 || closing.signal.aborted) return;
    const failed = last?.error === undefined ? 0 : failures + 1;
    const wait = failed === 0 ? options.intervalMs : Math.min(options.intervalMs, FIRST_RETRY_MS * 2 ** (failed - 1));
    timer = setTimeout(() => void checkAgainAndAgain(failed), wait);
    timer.unref();
  }

  return {
    report,
    check: checkOnce,
    start: () => void checkAgainAndAgain(),
    close: async () => {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

function nameError(thrown: unknown, signal: AbortSignal, timeoutMs: number): GatewayError {
  if (signal.aborted) {
    return new GatewayError("timeout_error", `The upstream did not answer a check within ${timeoutMs} ms.`, {
      failure: "timeout",
      cause: thrown,
    });
  }
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError("api_error", "The check of the upstream failed.", { failure: "network", cause: thrown });
}
