import os from "node:os";
import path from "node:path";
import { buildAlerts } from "./build-alerts.ts";
import { buildBudgets } from "./build-budgets.ts";
import type { BuildContext } from "./build-context.ts";
import { buildPrices } from "./build-prices.ts";
import { noteTracking } from "./note-tracking.ts";
import { defined } from "./build-timeouts.ts";
import type { FileCosts } from "./costs-schema.ts";
import { parsePort, parseText, parseUrl } from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { CostSettings, GatewaySettings, ProviderSettings, Secret } from "./settings.ts";

const DEFAULT_PORT = 8090;
const DAY_MS = 86_400_000;

export interface CostsNeed {
  gateway: Pick<GatewaySettings, "host" | "timeouts">;
  providers: readonly ProviderSettings[];
  /** Absolute. */
  stateDirectory: string;
}

/** The cost worker, its ledger and its alerts. */
export function buildCosts(need: CostsNeed, context: BuildContext): CostSettings {
  const { environment, files } = context;
  const file = files.settings.costs ?? {};
  const port = portOf(file, context);
  const inState = (name: string): string => path.join(need.stateDirectory, name);
  const place = (variable: string, own: string | undefined, standard: string): string =>
    path.resolve(environment.cwd, environment.read(parseText, variable) ?? own ?? inState(standard));
  noteTracking(context);
  return {
    host: need.gateway.host,
    port,
    workerUrl: environment.read(parseUrl, "COST_WORKER_URL") ?? file.worker_url ?? `http://127.0.0.1:${port}`,
    ...defined({ databaseUrl: databaseUrlOf(file, context) }),
    databaseFile: place("SWITCHYARD_LEDGER", file.database_file, "ledger.sqlite"),
    outboxDirectory: place("SWITCHYARD_OUTBOX", file.outbox_directory, "outbox"),
    retentionDays: file.retention_days ?? 90,
    timeZone: file.time_zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    intentLeaseMs: intentLeaseOf(file, need, context),
    alerts: buildAlerts(file.alerts, context),
    prices: buildPrices(file.prices, need.providers, context),
    priceRefreshMs: file.price_refresh ?? DAY_MS,
    transcriptsDirectory: transcriptsOf(file, context),
    budgets: buildBudgets(file.budgets),
  };
}

function portOf(file: FileCosts, { environment, alone }: BuildContext): number {
  const own = alone === "cost-worker" ? environment.read(parsePort, "PORT", "SERVICE_PORT") : undefined;
  return own ?? environment.read(parsePort, "COST_WORKER_PORT") ?? file.port ?? DEFAULT_PORT;
}

function databaseUrlOf(file: FileCosts, { environment, problems }: BuildContext): Secret | undefined {
  const own = environment.secret("DATABASE_URL");
  const url = own?.reveal() ?? file.database_url;
  if (url === undefined) return undefined;
  const place = own === undefined ? "costs.database_url" : environment.find("DATABASE_URL", "DATABASE_URL_FILE")?.name;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // What was written is never repeated: it may hold a password.
  if (parsed === undefined || !["postgres:", "postgresql:"].includes(parsed.protocol) || parsed.pathname.length < 2) {
    problems.add(
      place ?? "DATABASE_URL",
      "is not the address of a database of Postgres",
      "Write it as postgres://user:password@host:5432/database, or leave it out for a file of SQLite.",
    );
    return undefined;
  }
  return createSecret(url);
}

/** Between the last timeout and the lease: what a settlement takes on its way to the ledger. */
const LEASE_MARGIN_MS = 60_000;
const DEFAULT_LEASE_MS = 900_000;

function intentLeaseOf(file: FileCosts, { gateway, providers }: CostsNeed, { problems }: BuildContext): number {
  const longest = Math.max(gateway.timeouts.totalMs, ...providers.map(({ timeouts }) => timeouts.totalMs));
  const least = longest + LEASE_MARGIN_MS;
  const stated = file.intent_lease;
  if (stated !== undefined && stated < least) {
    problems.add(
      "costs.intent_lease",
      `${stated / 1000} s is over before an attempt can be: the longest total timeout is ${longest / 1000} s`,
      `Write at least ${Math.ceil(least / 1000)}, or shorten the timeout.`,
    );
  }
  return stated ?? Math.max(DEFAULT_LEASE_MS, least);
}

/** Where Claude Code writes: below CLAUDE_CONFIG_DIR, else below the home. */
function transcriptsOf({ transcripts }: FileCosts, { environment }: BuildContext): string {
  const home = environment.find("HOME", "USERPROFILE")?.value ?? os.homedir();
  if (transcripts !== undefined) return path.resolve(environment.cwd, transcripts.replace(/^~(?=\/|$)/, home));
  const configured = environment.read(parseText, "CLAUDE_CONFIG_DIR") ?? path.join(home, ".claude");
  return path.resolve(environment.cwd, configured, "projects");
}
