import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { type AlertSettings, type CostSettings, loadSettings, type Settings } from "@switchyard/service-kit";

export interface WorkerSettingsOptions {
  costs?: Partial<Omit<CostSettings, "alerts">>;
  alerts?: Partial<AlertSettings>;
  settings?: Partial<Omit<Settings, "costs">>;
}

/** All folders of a test file lie in one, which goes when its tests are over. */
const root = mkdtempSync(path.join(tmpdir(), "switchyard-worker-"));
const remove = (): void => rmSync(root, { recursive: true, force: true });
const { afterAll } = globalThis as { afterAll?: (hook: () => void) => void };
if (afterAll === undefined) process.once("exit", remove);
else afterAll(remove);

/** The settings that a fresh folder gives, in UTC, with a ledger of its own. */
export function workerSettings({ costs, alerts, settings }: WorkerSettingsOptions = {}): Settings {
  const folder = mkdtempSync(path.join(root, "worker-"));
  const loaded = loadSettings({ cwd: folder, env: {}, alone: "cost-worker" });
  return {
    ...loaded,
    gateway: { ...loaded.gateway, shutdownGraceMs: 100 },
    ...settings,
    costs: {
      ...loaded.costs,
      databaseFile: path.join(folder, "ledger.sqlite"),
      timeZone: "UTC",
      priceRefreshMs: 0,
      transcriptsDirectory: path.join(folder, "projects"),
      ...costs,
      alerts: { ...loaded.costs.alerts, ...alerts },
    },
  };
}
