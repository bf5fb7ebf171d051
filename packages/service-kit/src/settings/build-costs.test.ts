import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, createFolder, load, problemsOf } from "./load.fixture.ts";
import { loadSettings } from "./load-settings.ts";

cleanUpAfterEach();

const costsOf = (costs: unknown, env: Record<string, string> = {}) =>
  load({ files: { "switchyard.yaml": { costs } }, env }).costs;
const problemsOfCosts = (costs: unknown) => problemsOf({ files: { "switchyard.yaml": { costs } } });

describe("the cost worker", () => {
  it("needs no word: its port is 8090, its ledger and the outbox lie beside other state", () => {
    const settings = load({});
    expect(settings.costs).toEqual({
      host: "127.0.0.1",
      port: 8090,
      workerUrl: "http://127.0.0.1:8090",
      databaseFile: path.join(settings.stateDirectory, "ledger.sqlite"),
      outboxDirectory: path.join(settings.stateDirectory, "outbox"),
      retentionDays: 90,
      timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      intentLeaseMs: 900_000,
      alerts: {
        hourlyNanoDollars: 10e9,
        dailyNanoDollars: 50e9,
        cooldownMs: 3_600_000,
        budgetShares: [0.75, 0.9, 1],
        runawayFactor: 10,
        runawayNanoDollarsPerMinute: 1e9,
        driftShare: 0.05,
        webhooks: [],
      },
      prices: [],
      priceRefreshMs: 86_400_000,
      transcriptsDirectory: path.join(os.homedir(), ".claude", "projects"),
      budgets: {},
    });
  });

  it("is configured as a whole in the file", () => {
    const costs = costsOf({
      port: 18_090,
      worker_url: "http://costs:8090/",
      database_url: "postgres://u:p@db:5432/costs",
      database_file: "books/ledger.db",
      outbox_directory: "/var/outbox",
      retention_days: 0,
      time_zone: "Europe/Berlin",
      intent_lease: "20m",
      price_refresh: 0,
      budgets: { hour: 1, day: "$2.5", month: 30 },
    });
    expect(costs).toMatchObject({
      port: 18_090,
      workerUrl: "http://costs:8090",
      outboxDirectory: "/var/outbox",
      retentionDays: 0,
      timeZone: "Europe/Berlin",
      intentLeaseMs: 1_200_000,
      priceRefreshMs: 0,
      budgets: { hour: 1e9, day: 2.5e9, month: 30e9 },
    });
    expect(costs.databaseUrl?.reveal()).toBe("postgres://u:p@db:5432/costs");
    expect(costs.databaseFile).toMatch(/^\/.*\/books\/ledger\.db$/);
  });

  it("is configured by variables before the file", () => {
    const costs = costsOf(
      { port: 1, worker_url: "http://a", database_url: "postgres://a/a", database_file: "a", outbox_directory: "a" },
      {
        COST_WORKER_PORT: "2",
        COST_WORKER_URL: "http://b",
        DATABASE_URL: "postgresql://b/b",
        SWITCHYARD_LEDGER: "/b/ledger",
        SWITCHYARD_OUTBOX: "/b/outbox",
      },
    );
    expect(costs).toMatchObject({
      port: 2,
      workerUrl: "http://b",
      databaseFile: "/b/ledger",
      outboxDirectory: "/b/outbox",
    });
    expect(costs.databaseUrl?.reveal()).toBe("postgresql://b/b");
  });

  it("listens where the others do, and started alone where PORT and HOST say", () => {
    expect(load({ env: { SWITCHYARD_HOST: "10.0.0.1" } }).costs.host).toBe("10.0.0.1");
    const env = { PORT: "5555", HOST: "10.0.0.2" };
    expect(load({ env, alone: "cost-worker" }).costs).toMatchObject({ host: "10.0.0.2", port: 5555 });
    expect(load({ env, alone: "gateway" }).costs.port).toBe(8090);
    expect(load({ env: { ...env, SWITCHYARD_MESH: "1" }, alone: "cost-worker" }).costs.port).toBe(8090);
  });

  it("is found on its own port unless told otherwise", () => {
    expect(costsOf({ port: 9999 }).workerUrl).toBe("http://127.0.0.1:9999");
  });

  it("shares its port with nobody on this machine, and elsewhere it may", () => {
    expect(problemsOf({ env: { COST_WORKER_PORT: "8080" } })).toEqual([
      { path: "costs.port", problem: "8080 is the port of gateway too", remedy: "Give each service its own." },
    ]);
    expect(problemsOf({ env: { VERTEX_PORT: "8090" } })).toEqual([
      expect.objectContaining({ path: "providers.vertex.port", problem: "8090 is the port of cost-worker too" }),
    ]);
    expect(load({ env: { COST_WORKER_PORT: "8080", COST_WORKER_URL: "http://costs:8080" } }).costs.port).toBe(8080);
  });

  it("ignores what Kubernetes says of a service of the same name", () => {
    expect(load({ env: { COST_WORKER_PORT: "tcp://10.96.0.1:8090" } }).costs.port).toBe(8090);
  });
});

describe("the address of the ledger's database", () => {
  it.each([
    "mysql://u:hunter2@db/costs",
    "postgres://u:hunter2@db",
    "postgres://u:hunter2@db/",
    "hunter2",
    "postgres//hunter2",
  ])("cannot be %s, and is never repeated", (url) => {
    const problems = [
      problemsOf({ env: { DATABASE_URL: url } }),
      problemsOf({ files: { db: url }, env: { DATABASE_URL_FILE: "db" } }),
      problemsOfCosts({ database_url: url }),
    ].flat();
    expect(problems.map((problem) => problem.path)).toEqual([
      "DATABASE_URL",
      "DATABASE_URL_FILE",
      "costs.database_url",
    ]);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("may stand in a file, and shows in no JSON", () => {
    const settings = load({ files: { db: "postgres://u:hunter2@db/costs\n" }, env: { DATABASE_URL_FILE: "db" } });
    expect(settings.costs.databaseUrl?.reveal()).toBe("postgres://u:hunter2@db/costs");
    expect(JSON.stringify(settings)).not.toContain("hunter2");
  });

  it("changes the revision with its password", () => {
    const cwd = createFolder();
    const revision = (password: string) =>
      loadSettings({ cwd, env: { DATABASE_URL: `postgres://u:${password}@db/costs` } }).revision;
    expect(revision("a")).not.toBe(revision("b"));
    expect(revision("a")).toBe(revision("a"));
  });
});

describe("the lease of an attempt", () => {
  it("outlasts the longest total timeout of any provider by a minute", () => {
    const files = {
      "switchyard.yaml": {
        providers: [{ name: "ollama", base_url: "http://127.0.0.1:11434", timeouts: { total: 1000 } }],
      },
    };
    expect(load({ files }).costs.intentLeaseMs).toBe(1_060_000);
    expect(load({ env: { TOTAL_TIMEOUT_MS: "2000000" } }).costs.intentLeaseMs).toBe(2_060_000);
  });

  it("that ends before an attempt can is a problem that says how long it has to be", () => {
    expect(problemsOfCosts({ intent_lease: 600 })).toEqual([
      {
        path: "costs.intent_lease",
        problem: "600 s is over before an attempt can be: the longest total timeout is 600 s",
        remedy: "Write at least 660, or shorten the timeout.",
      },
    ]);
    expect(costsOf({ intent_lease: 660 }).intentLeaseMs).toBe(660_000);
  });
});

describe("Claude Code's transcripts", () => {
  it("are below CLAUDE_CONFIG_DIR, else below the home", () => {
    expect(load({ env: { HOME: "/home/ann" } }).costs.transcriptsDirectory).toBe("/home/ann/.claude/projects");
    expect(load({ env: { HOME: "/home/ann", CLAUDE_CONFIG_DIR: "/cfg" } }).costs.transcriptsDirectory).toBe(
      "/cfg/projects",
    );
  });

  it("are where the file says before both", () => {
    const env = { HOME: "/home/ann", CLAUDE_CONFIG_DIR: "/cfg" };
    expect(costsOf({ transcripts: "/t" }, env).transcriptsDirectory).toBe("/t");
    expect(costsOf({ transcripts: "~/t" }, env).transcriptsDirectory).toBe("/home/ann/t");
    expect(costsOf({ transcripts: "~ann/t" }, env).transcriptsDirectory).toMatch(/\/~ann\/t$/);
  });
});

describe("what cannot be", () => {
  it("is told with everything else that is wrong, each at its place", () => {
    const problems = problemsOfCosts({
      port: 70_000,
      worker_url: "costs:8090",
      retention_days: -1,
      time_zone: "Berlin",
      intent_lease: "soon",
      budgets: { hour: 0, day: -1, week: 3 },
      retention_day: 9,
    });
    expect(problems.map((problem) => problem.path).toSorted()).toEqual(
      [
        "budgets.day",
        "budgets.hour",
        "budgets.week",
        "intent_lease",
        "port",
        "retention_day",
        "retention_days",
        "time_zone",
        "worker_url",
      ].map((field) => `switchyard.yaml: costs.${field}`),
    );
    expect(problems.find((problem) => problem.path.endsWith("retention_day"))?.remedy).toBe(
      'Did you mean "retention_days"?',
    );
    expect(problems.find((problem) => problem.path.endsWith("week"))?.remedy).toBe("Known here: hour, day, month.");
  });

  it.each(["+02:00", "Mars/Olympus", ""])("a time zone is not %j", (zone) => {
    expect(problemsOfCosts({ time_zone: zone })).toHaveLength(1);
  });
});
