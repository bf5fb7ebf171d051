import type { Settings } from "@switchyard/service-kit";
import { isWorkerHere } from "./service-list.ts";
import type { StartBoxRow } from "./start-box.ts";

export const COST_WORKER = "cost-worker";

/** The cost worker's line: where it is, and where its ledger is; `late`: it has not answered yet. Nothing secret in it. */
export function ledgerRow(settings: Pick<Settings, "costs">, late = false): StartBoxRow {
  const { costs } = settings;
  const here = isWorkerHere(settings);
  return {
    name: COST_WORKER,
    address: costs.workerUrl,
    on: !late,
    note: late ? "does not answer; its log above says why" : here ? `ledger: ${ledgerOf(settings)}` : "elsewhere",
  };
}

function ledgerOf({ costs }: Pick<Settings, "costs">): string {
  if (costs.databaseUrl === undefined) return costs.databaseFile;
  const { host, pathname } = new URL(costs.databaseUrl.reveal());
  return `Postgres${host === "" ? "" : ` at ${host}`}, database ${decodeURIComponent(pathname.slice(1))}`;
}
