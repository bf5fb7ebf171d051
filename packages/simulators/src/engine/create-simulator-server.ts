import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Brain, RecordedRequest, Scenario, Simulator } from "../scenario.ts";
import { createQuotaGate, priceOf } from "../quotas/create-quota-gate.ts";
import { createQuotaBook } from "../quotas/quota-book.ts";
import type { QuotaRule } from "../quotas/quota-rule.ts";
import type { QuotaStyle } from "../quotas/quota-style.ts";
import { QUOTA_STYLES } from "../quotas/quota-styles.ts";
import { createControl } from "./control.ts";
import type { KindDefinition } from "./dialect.ts";
import { createRequestHandler } from "./handle-request.ts";
import { createRequestLog } from "./request-log.ts";
import { createScenarioQueue } from "./scenario-queue.ts";

export interface SimulatorServerOptions {
  kind: string;
  definition: KindDefinition;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  brain?: Brain;
  /** What brains that other processes ask for by name over /__control/brain are called. */
  brains?: Readonly<Record<string, (plan: unknown) => Brain>>;
  /** How many requests are remembered, the newest; fewer when their bodies exceed 256 MB. Default 5,000. */
  keepRequests?: number;
  /** Quotas that are really enforced, with the provider's own headers; more by `quotas.replace` and over /__control/quotas. */
  quotas?: readonly QuotaRule[];
  /** ms since the epoch; for limits, quotas and reset times. Default: the clock. */
  now?: () => number;
  /**
   * For the benchmark: these scenarios answer every generating request for ever, each rendered once per model and stream
   * flag. Requests are neither parsed, checked nor kept; model, stream flag and `match.contains` are looked up in the raw
   * bytes, any other match is ignored. An imitation of speed, not of strictness.
   */
  fixed?: Scenario | readonly Scenario[];
}

const KEEP_BYTES = 256 * 1024 * 1024;

/** The answer for the want of any other. */
const DEFAULT_SCENARIO: Scenario = {
  blocks: [{ type: "text", text: "This is a simulated answer. No model was asked." }],
};

/** A kind that no provider is: nothing is told of limits. */
const UNKNOWN_STYLE: QuotaStyle = {
  tokens: "as_produced",
  headers: () => ({}),
  refuse: (_excess, { dialect, exchange }) => dialect.wordError({ status: 429 }, exchange),
};

/** Starts one imitation of a provider on 127.0.0.1. Rejects when the port is taken. */
export async function createSimulatorServer(options: SimulatorServerOptions): Promise<Simulator> {
  const { kind, definition } = options;
  const log = createRequestLog({ requests: options.keepRequests ?? 5_000, bytes: KEEP_BYTES });
  const queue = createScenarioQueue();
  const now = options.now ?? Date.now;
  const book = createQuotaBook(options.quotas ?? [], now);
  const style = QUOTA_STYLES[kind] ?? UNKNOWN_STYLE;
  let decide: ((request: RecordedRequest) => Scenario | undefined) | undefined;
  let brain = options.brain;

  const handle = createRequestHandler({
    definition,
    log,
    queue,
    decide: (request) => decide?.(request),
    think: (view, request) => brain?.(view, request),
    defaultScenario: DEFAULT_SCENARIO,
    quotas: createQuotaGate({ book, style, now }),
    ...(options.fixed === undefined ? {} : { fixed: [options.fixed].flat() }),
  });
  const reset = (): void => {
    queue.clear();
    log.clear();
    book.clearReport();
    decide = undefined;
  };
  const useBrain = (next: Brain | undefined): void => {
    brain = next;
  };
  const control = createControl({ log, queue, book, reset, useBrain, brains: options.brains ?? {} });

  // Between two requests a client's connection stays open longer than any client's own patience.
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (incoming, response) => {
    const handler = incoming.url?.startsWith("/__control/") === true ? control : handle;
    handler(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let closing: Promise<void> | undefined;

  return {
    kind,
    url,
    port,
    baseUrl: `${url}${definition.basePath ?? ""}`,
    requests: log.requests,
    quotas: {
      replace: (rules) => book.replace(rules),
      report: () => book.report(),
      clearReport: () => book.clearReport(),
      roomAfter: (model, weight) => book.roomAfter(model, (rule) => priceOf(rule, weight, style)),
    },
    script: (...scenarios) => queue.push(scenarios),
    answerWith: (next) => {
      decide = next;
    },
    useBrain,
    waitFor: (fits) => log.waitFor(fits),
    reset,
    close() {
      closing ??= new Promise((resolve) => {
        log.close();
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
