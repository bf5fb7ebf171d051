import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { type AlertSettings, type CostSettings, loadSettings, type Settings } from "@switchyard/service-kit";

export interface WorkerSettingsOptions {
  costs?: Partial<Omit<CostSettings, "alerts">>;
  alerts?: Partial<AlertSettings>;
  settings?: Partial<Omit<Settings, "costs">>;
}

/** The settings that a fresh folder gives, in UTC, with a ledger of its own. */
export function workerSettings({ costs, alerts, settings }: WorkerSettingsOptions = {}): Settings {
  const folder = mkdtempSync(path.join(tmpdir(), "switchyard-worker-"));
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
