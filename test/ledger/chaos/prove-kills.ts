import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startSimulator, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import { startPostgres, type TestPostgres } from "@switchyard/cost-worker/testing";
import { startRedisProcess, type RedisProcess } from "@switchyard/state/testing";
import type { BookRow } from "../compare/book-row.ts";
import { checkReports } from "../compare/check-reports.ts";
import { compareBooks, isIntentOnly, type Books } from "../compare/compare-books.ts";
import { judgeBooks, tabulateBooks } from "../compare/judge-books.ts";
import { openSqliteBooks, type BookReader } from "../compare/read-books.ts";
import { openPostgresBooks } from "../compare/read-postgres-books.ts";
import { runLoad, type ClientRequest } from "../load/run-load.ts";
import { startLedgerMesh, LEASE_MARGIN_SECONDS, type LedgerMesh } from "../mesh/start-ledger-mesh.ts";
import { type ProofResult, type ProofTable } from "../../quota/proof.ts";
import { playUpstreams } from "../upstream/play-upstream.ts";
import { runKills, type Kill, type Victim } from "./run-kills.ts";

export interface KillsOptions {
  /** By queue, or straight to the worker. */
  redis: boolean;
  /** Two workers on a Postgres of their own, which is killed too; needs Redis. Default: one worker and a file of SQLite. */
  postgres?: boolean;
  /** Half way, one gateway is killed and never comes back; another, of another name, stands in for it. */
  replaceGateway: boolean;
  durationMs: number;
  /** Waits until the ledger itself has given up what was killed in flight. */
  untilLeasesAreOver: boolean;
  seed?: number;
}

/** One model of each dialect. */
const MODELS: Readonly<Partial<Record<SimulatorKind, string>>> = {
  anthropic: "claude-sonnet-5-5",
  vertex: "claude-sonnet-5-5",
  openrouter: "anthropic/claude-sonnet-5.5",
  openai: "gpt-4.1",
  gemini: "gemini-4-argon",
  deepseek: "deepseek-v4-pro",
};

const CLIENTS = 24;
const TOTAL_SECONDS = 10;
const DRAIN_LIMIT_MS = 90_000;

/** Under load, one process after the other is killed; then every attempt is looked up in the ledger. */
export async function proveKills(options: KillsOptions): Promise<ProofResult> {
  const seed = options.seed ?? 4;
  const kinds = Object.keys(MODELS) as SimulatorKind[];
  const simulators = await Promise.all(kinds.map((kind) => startSimulator(kind, { keepRequests: 100_000 })));
  const upstream = playUpstreams(simulators, { seed });
  const stores = await startStores(options);
  try {
    const mesh = await startLedgerMesh({
      simulators,
      models: MODELS,
      totalSeconds: TOTAL_SECONDS,
      ...(stores.redis === undefined ? {} : { redisUrl: `redis://127.0.0.1:${stores.redis.port}` }),
      ...(stores.databaseUrl === undefined ? {} : { databaseUrl: stores.databaseUrl }),
    });
    try {
      const loaded = await loadAndKill(mesh, stores, { ...options, seed });
      const drained = await drain(mesh, stores, { ...loaded, attempts: upstream.attempts }, options);
      const reports = await checkReports(mesh.workers[0]?.url ?? "", drained.rows);
      const result = judge(options, drained, { simulators, mesh });
      return { ...result, checks: [...result.checks, ...reports] };
    } finally {
      await mesh.stop();
    }
  } finally {
    await stores.close();
    await Promise.all(simulators.map((simulator) => simulator.close()));
  }
}

interface Stores {
  redis?: RedisProcess;
  postgres?: TestPostgres;
  databaseUrl?: string;
  close(): Promise<void>;
}

async function startStores({ redis: withRedis, postgres: withPostgres = false }: KillsOptions): Promise<Stores> {
  const redis = withRedis ? await startDurableRedis() : undefined;
  const postgres = withPostgres ? await startPostgres() : undefined;
  return {
    ...(redis === undefined ? {} : { redis }),
    ...(postgres === undefined ? {} : { postgres, databaseUrl: await postgres.createDatabase() }),
    async close() {
      await redis?.close();
      await postgres?.close();
    },
  };
}

/** What it has acknowledged survives its process. */
export function startDurableRedis(): Promise<RedisProcess> {
  return startRedisProcess({ arguments: ["--appendonly", "yes", "--appendfsync", "everysec"] });
}

interface Loaded {
  requests: ClientRequest[];
  kills: Kill[];
}

async function loadAndKill(
  mesh: LedgerMesh,
  stores: Stores,
  { durationMs, seed, replaceGateway }: KillsOptions & { seed: number },
): Promise<Loaded> {
  const ending = new AbortController();
  let gateways = [...mesh.gateways];
  const loading = runLoad({
    gateways: () => gateways,
    clients: CLIENTS,
    seed,
    signal: ending.signal,
    model: "claude-sonnet-5-5",
  });
  const kill = (ms: number): Promise<Kill[]> =>
    runKills({
      rounds: planRounds(mesh.workers, gateways, stores),
      seed: seed + kills.length,
      durationMs: ms,
      away: [200, 1_500],
      pause: [700, 2_000],
    });
  const kills: Kill[] = [];
  try {
    await sleep(700);
    kills.push(...(await kill(replaceGateway ? durationMs / 2 : durationMs)));
    const [first] = gateways;
    if (replaceGateway && first !== undefined) {
      const at = Date.now();
      await first.kill();
      gateways = gateways.filter((gateway) => gateway !== first);
      gateways.push(await mesh.addGateway());
      kills.push({ name: first.name, at, awayMs: Infinity });
      kills.push(...(await kill(durationMs / 2)));
    }
    await sleep(1_000);
  } finally {
    ending.abort();
  }
  return { requests: await loading, kills };
}

/** Each alone, and some together; several workers die one at a time. */
function planRounds(workers: readonly Victim[], gateways: readonly Victim[], stores: Stores): Victim[][] {
  const { redis, postgres } = stores;
  const [gateway, otherGateway] = gateways.map((victim) => [victim]);
  const [worker = [], otherWorker = worker] = workers.map((victim) => [victim]);
  const queue = redis === undefined ? [] : [toVictim("Redis", redis)];
  const database = postgres === undefined ? [] : [toVictim("Postgres", postgres)];
  const rounds = [
    worker,
    queue,
    gateway ?? [],
    [...otherWorker, ...queue],
    database,
    otherGateway ?? [],
    [...worker, ...(gateway ?? [])],
  ];
  return rounds.filter((round) => round.length > 0);
}

function toVictim(name: string, store: { kill(): Promise<void>; restart(): Promise<void> }): Victim {
  return { name, kill: () => store.kill(), start: () => store.restart() };
}

/**
 * Until every attempt whose gateway lived has its row, every file of a gateway that died is used up, and, where that is
 * asked for, no lease is left; or until it is clear that it will not be.
 */
async function drain(
  mesh: LedgerMesh,
  { databaseUrl }: Stores,
  books: Omit<Books, "rows">,
  { untilLeasesAreOver, replaceGateway }: KillsOptions,
): Promise<Books & { drainMs: number }> {
  const reader: BookReader =
    databaseUrl === undefined ? openSqliteBooks(mesh.ledgerFile) : await openPostgresBooks(databaseUrl);
  const started = Date.now();
  const leaseMs = (TOTAL_SECONDS + LEASE_MARGIN_SECONDS) * 1_000;
  const deadline = started + DRAIN_LIMIT_MS + (untilLeasesAreOver ? leaseMs : 0);
  const running = replaceGateway ? mesh.gateways.length - 1 : mesh.gateways.length;
  let rows: BookRow[] = [];
  for (;;) {
    rows = await reader.read();
    const { compared } = compareBooks({ ...books, rows });
    const isComplete = compared.every(
      ({ fate, row }) => row !== undefined && (!isIntentOnly(row) || MAY_MISS.has(fate)),
    );
    const isAdopted = readdirSync(mesh.outboxDirectory).length <= running;
    const isClosed = !untilLeasesAreOver || rows.every(({ outcome }) => outcome !== "intent");
    if ((isComplete && isAdopted && isClosed) || Date.now() > deadline) break;
    await sleep(250);
  }
  const drainMs = Date.now() - started;
  // Whatever is sent twice would come now.
  await sleep(2_000);
  rows = await reader.read();
  await reader.close();
  return { ...books, rows, drainMs };
}

const MAY_MISS: ReadonlySet<string> = new Set(["killed", "edge", "unsent"]);

function judge(
  options: KillsOptions,
  books: Books & { drainMs: number },
  { simulators, mesh }: { simulators: readonly Simulator[]; mesh: LedgerMesh },
): ProofResult {
  const comparison = compareBooks(books);
  const refused = simulators.flatMap(({ requests }) => requests.filter((one) => one.refused !== undefined));
  const problems =
    refused.length === 0 ? "" : `; ${refused.length} requests refused unscripted: ${refused[0]?.refused}`;
  return {
    title: titleOf(options) + problems,
    tables: [tabulateKills(books, mesh), ...tabulateBooks(comparison)],
    checks: judgeBooks(comparison, books.requests),
  };
}

function titleOf({ redis, postgres, replaceGateway }: KillsOptions): string {
  const way = redis ? "by Redis and BullMQ" : "without Redis, straight to the worker";
  const store = postgres === true ? ", two workers on Postgres" : "";
  return `kill -9 in a loop, usage ${way}${store}${replaceGateway ? ", a gateway replaced for good" : ""}`;
}

function tabulateKills({ kills, requests, drainMs }: Books & { drainMs: number }, mesh: LedgerMesh): ProofTable {
  const names = [...new Set([...mesh.gateways.map(({ name }) => name), ...kills.map(({ name }) => name)])];
  const rows = names.map((name) => {
    const mine = kills.filter((kill) => kill.name === name);
    const asked = requests.filter(({ gateway }) => gateway === name);
    const count = (ending: string): string => String(asked.filter((one) => one.ending === ending).length);
    return [
      name,
      String(mine.length),
      String(asked.length),
      ...["whole", "told", "left", "broken", "refused"].map(count),
    ];
  });
  return {
    caption: `Kills, and requests by how they ended for their clients; the ledger was complete ${(drainMs / 1_000).toFixed(1)} s after the last`,
    head: ["process", "kills", "requests", "whole", "told an error", "client left", "broken", "nobody there"],
    rows,
  };
}
