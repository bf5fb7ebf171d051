import type { TokenUsage } from "@switchyard/wire";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

import { METRICS } from "./metric-catalogue.ts";

/** The metrics of one app, in a registry of its own, so that two apps can live in one process. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<"provider" | "model" | "status" | "failure">;
  readonly attempts: Counter<"provider" | "model" | "failure">;
  readonly firstOutput: Histogram<"provider" | "model">;
  readonly duration: Histogram<"provider" | "model">;
  readonly overhead: Histogram<"provider">;
  readonly tokens: Counter<"provider" | "model" | "bucket">;
  readonly activeStreams: Gauge<"provider">;
  readonly warnings: Counter<"provider" | "code">;
  countTokens(labels: { provider: string; model: string }, usage: TokenUsage): void;
  /** Text of the exposition format, and its content type. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsOptions {
  /** Also CPU, memory and event loop of the process. */
  processMetrics?: boolean;
}

/** Builds the registry that `/metrics` of one app shows. */
export function createMetrics(service: string, options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  const tokens = counter(registry, METRICS.tokens);
  return {
    registry,
    requests: counter(registry, METRICS.requests),
    attempts: counter(registry, METRICS.attempts),
    firstOutput: histogram(registry, METRICS.firstOutput),
    duration: histogram(registry, METRICS.duration),
    overhead: histogram(registry, METRICS.overhead),
    tokens,
    activeStreams: gauge(registry, METRICS.activeStreams),
    warnings: counter(registry, METRICS.warnings),
    countTokens: (labels, usage) => {
      for (const [bucket, count] of tokenBuckets(usage)) if (count > 0) tokens.inc({ ...labels, bucket }, count);
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function tokenBuckets(usage: TokenUsage): [bucket: string, count: number][] {
  return [
    ["uncached_input", usage.uncachedInput],
    ["cache_read", usage.cacheRead],
    ["cache_write_5m", usage.cacheWrite5m],
    ["cache_write_1h", usage.cacheWrite1h],
    ["output", usage.output],
  ];
}

interface MetricDefinition {
  name: string;
  help: string;
  labels: string[];
}

function counter<Label extends string>(register: Registry, { name, help, labels }: MetricDefinition): Counter<Label> {
  return new Counter<Label>({ name, help, labelNames: labels as Label[], registers: [register] });
}

function gauge<Label extends string>(register: Registry, { name, help, labels }: MetricDefinition): Gauge<Label> {
  return new Gauge<Label>({ name, help, labelNames: labels as Label[], registers: [register] });
}

function histogram<Label extends string>(
  register: Registry,
  { name, help, labels, buckets }: MetricDefinition & { buckets: number[] },
): Histogram<Label> {
  return new Histogram<Label>({ name, help, labelNames: labels as Label[], buckets, registers: [register] });
}
