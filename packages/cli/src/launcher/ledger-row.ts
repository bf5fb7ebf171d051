import type { Settings } from "@switchyard/service-kit";
import { isWorkerHere } from "./service-list.ts";
import type { StartBoxRow } from "./start-box.ts";

/** The cost worker's line: where it is, and where its ledger is. Nothing secret in it. */
export function ledgerRow(settings: Pick<Settings, "costs">): StartBoxRow {
  const { costs } = settings;
  const here = isWorkerHere(settings);
  return {
    name: "cost-worker",
    address: costs.workerUrl,
    on: true,
    note: here ? `ledger: ${ledgerOf(settings)}` : "elsewhere",
  };
}

function ledgerOf({ costs }: Pick<Settings, "costs">): string {
  if (costs.databaseUrl === undefined) return costs.databaseFile;
  const { host, pathname } = new URL(costs.databaseUrl.reveal());
  return `Postgres${host === "" ? "" : ` at ${host}`}, database ${decodeURIComponent(pathname.slice(1))}`;
}
