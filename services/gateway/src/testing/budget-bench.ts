import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect } from "@jest/globals";
import { type Settings } from "@switchyard/service-kit";
import { budgetWindows } from "@switchyard/service-kit/calendar";
import { createMemoryState, type State } from "@switchyard/state";
import type { Budgets, ClientPolicy, ModelInfo } from "@switchyard/wire";

import { modelInfo } from "./fake-service.ts";
import { type FakeWorker, startFakeWorker } from "./fake-worker.ts";
import { costSettings } from "./gateway-settings.ts";
import { startMesh, type TestMesh, until } from "./test-mesh.ts";

/** A token costs a thousandth of a dollar. */
export const PRICE = { input: 1000, output: 1000 };
/** Of the answer that the fake services give: 7 + 9 tokens. */
export const COST = 16_000_000;
export const CENT = 10_000_000;

export const cleanups: (() => unknown)[] = [];
let folder = "";
let worker: FakeWorker;

/** The worker that the next gateway asks. */
export function currentWorker(): FakeWorker {
  return worker;
}

/** Where the next gateway keeps its state. */
export function stateFolder(): string {
  return folder;
}

/** A worker and a folder for every test of a file; what was started is closed after it. */
export function useBudgetBench(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "switchyard-budgets-"));
    worker = await startFakeWorker();
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
    worker.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

interface Setup {
  clients?: ClientPolicy[];
  mesh?: Budgets;
  providers?: number;
  models?: ModelInfo[][];
  prices?: Settings["costs"]["prices"];
  state?: State;
  gateway?: Parameters<typeof startMesh>[1] extends infer O ? (O extends { gateway?: infer G } ? G : never) : never;
}

export async function start(setup: Setup = {}): Promise<TestMesh & { state: State }> {
  const state = setup.state ?? createMemoryState();
  const count = setup.providers ?? 1;
  const mesh = await startMesh(count, {
    models: setup.models ?? Array.from({ length: count }, () => [modelInfo("claude-test", { price: PRICE })]),
    ...(setup.gateway === undefined ? {} : { gateway: setup.gateway }),
    settings: {
      clients: (setup.clients ?? []).map((client) => ({ ...client, source: "configuration" as const })),
      stateDirectory: folder,
      costs: {
        ...costSettings(),
        workerUrl: worker.url,
        prices: setup.prices ?? [{ model: "claude-test", price: PRICE }],
        budgets: setup.mesh ?? {},
      },
    },
    deps: { state, clients: { policyIntervalMs: 20, spendIntervalMs: 20 } },
  });
  cleanups.push(() => mesh.close());
  return { ...mesh, state };
}

export const as = (id: string): Record<string, string> => ({ "x-api-key": `${id}-key` });

/** What is counted of an account's day. */
export async function dayOf(state: State, account = "client laptop"): Promise<{ used: number; reserved: number }> {
  const [, day] = budgetWindows(Date.now(), "UTC");
  const allowance = { ...day, unit: "nanoDollars" as const, limit: 0 };
  const [status] = await state.readSpend([{ account, allowance }]);
  return { used: status?.used ?? Number.NaN, reserved: status?.reserved ?? Number.NaN };
}

export async function settled(state: State, used: number, account?: string): Promise<void> {
  await until(async () => (await dayOf(state, account)).reserved === 0);
  expect(await dayOf(state, account)).toEqual({ used, reserved: 0 });
}

export function errorOf(json: Record<string, unknown>): { type: string; message: string } {
  return json["error"] as { type: string; message: string };
}
