import { type CostWorker, createCostWorker, type CostWorkerDeps } from "../create-cost-worker.ts";
import { type CapturedLog, captureLog } from "./captured-log.ts";
import { workerSettings, type WorkerSettingsOptions } from "./worker-settings.ts";

export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed; undefined where it is no JSON. */
  json: Record<string, unknown>;
}

export interface TestWorker extends CostWorker, CapturedLog {
  ask(path: string, options?: RequestInit & { json?: unknown }): Promise<TestAnswer>;
}

export interface TestWorkerOptions extends WorkerSettingsOptions {
  deps?: Partial<CostWorkerDeps>;
}

/** A worker on a free port of the loopback, over SQLite in a folder of its own unless told otherwise. */
export async function startTestWorker({ deps, ...options }: TestWorkerOptions = {}): Promise<TestWorker> {
  const log = captureLog();
  const worker = await createCostWorker({
    settings: workerSettings(options),
    logger: log.logger,
    listen: { host: "127.0.0.1", port: 0 },
    ...deps,
  });
  return {
    ...worker,
    ...log,
    ask: async (path, { json, ...init } = {}) => {
      const body = json === undefined ? {} : { method: "POST", body: JSON.stringify(json) };
      const response = await fetch(worker.url + path, { ...body, ...init });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parse(text) };
    },
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
