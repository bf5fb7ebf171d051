import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { BookRow } from "../ledger/compare/book-row.ts";
import { compareBooks, isIntentOnly } from "../ledger/compare/compare-books.ts";
import { judgeBooks, tabulateBooks } from "../ledger/compare/judge-books.ts";
import { openSqliteBooks } from "../ledger/compare/read-books.ts";
import { formatProof } from "../quota/proof.ts";
import { describeWhen } from "../support/describe-when.ts";
import { startComposeProject, type ComposeProject } from "./compose-project.ts";
import { whyNoDockerEngine } from "./docker-engine.ts";
import { createScriptedLoad, type ScriptedLoad } from "./scripted-load.ts";

const OUTBOX = "/var/lib/switchyard/outbox";
const LEDGER = "/var/lib/switchyard-ledger";
const LEASE_MS = 100_000;
const IN_FLIGHT = 12;
/** Long enough for a busy machine to see all under way and kill one gateway, below the time limit of a request. */
const STREAM_MS = 20_000;

describeWhen(whyNoDockerEngine(), "the books of docker compose", () => {
  let project: ComposeProject;
  let load: ScriptedLoad;
  beforeAll(async () => {
    project = await startComposeProject({ files: ["test/compose/docker-compose.books.yml"] });
    await project.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "gateway=2", "--wait", "gateway");
    load = createScriptedLoad(project);
  }, 900_000);
  afterAll(async () => project?.down(), 120_000);

  it("lose nothing when Redis and the worker die, come back, and are replaced: what they know lies on volumes", async () => {
    await load.ask(20);
    await project.compose("kill", "redis", "cost-worker");
    const meanwhile = await load.ask(20);
    expect(meanwhile.filter(({ ending }) => ending !== "whole")).toEqual([]);
    await project.compose("up", "-d", "--no-build", "--no-recreate", "--wait", "redis", "cost-worker");
    await load.ask(20);
    const before = await containersOf("redis", "cost-worker");
    await project.compose("rm", "--force", "--stop", "redis", "cost-worker");
    await load.ask(20);
    await project.compose("up", "-d", "--no-build", "--wait", "redis", "cost-worker");
    const after = await containersOf("redis", "cost-worker");
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    await load.ask(20);
    await eventually(async () => (await countEntries()) === 0, "an empty outbox");
    const comparison = compareBooks({ ...(await load.books()), kills: [], rows: await readLedger() });
    const answered = comparison.compared.filter(({ fate, fault }) => fate === "answered" && fault === undefined);
    expect({ answered: answered.length, ...troubles(comparison) }).toEqual({ answered: 100, ...NO_TROUBLES });
  }, 480_000);

  it("are whole when a gateway's container is killed with entries in its outbox, and another takes its place", async () => {
    await project.compose("kill", "cost-worker");
    await load.ask(30);
    expect(await countEntries()).toBeGreaterThanOrEqual(60);
    const [victim = "", survivor = ""] = await containersOf("gateway");
    const streams = load.ask(IN_FLIGHT, { ms: STREAM_MS });
    await eventually(async () => (await streaming()) === IN_FLIGHT, "every stream under way");
    const killedAt = Date.now();
    await project.docker("kill", "--signal", "KILL", victim);
    await project.docker("rm", "--force", victim);
    const ended = await streams;
    const broken = ended.filter(({ ending }) => ending === "broken");
    expect(ended.filter(({ ending }) => ending !== "whole" && ending !== "broken")).toEqual([]);
    expect(broken.length).toBeGreaterThan(0);
    await project.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "gateway=2", "--wait", "gateway");
    const now = await containersOf("gateway");
    expect(now).toHaveLength(2);
    expect(now).toContain(survivor);
    expect(now).not.toContain(victim);
    await load.ask(30);
    await project.compose("up", "-d", "--no-build", "--no-recreate", "--wait", "cost-worker");
    await eventually(
      async () => (await countEntries()) === 0,
      "the outbox of the one that is gone, adopted and emptied",
    );
    await sleep(Math.max(0, killedAt + LEASE_MS - Date.now()));
    const books = await load.books();
    const rows = await eventually(async () => {
      const all = await readLedger();
      return all.some(({ outcome }) => outcome === "intent") ? undefined : all;
    }, "the end of every lease");
    const comparison = compareBooks({ ...books, kills: [{ name: victim, at: killedAt, awayMs: Infinity }], rows });
    const proof = {
      title: "Containers: a gateway killed for good while the worker was away, another in its place",
      tables: tabulateBooks(comparison),
      checks: judgeBooks(comparison, books.requests),
    };
    process.stdout.write(`${formatProof(proof)}\n`);
    expect(proof.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(rows.filter(isIntentOnly)).toHaveLength(broken.length);
    expect(troubles(comparison)).toEqual(NO_TROUBLES);
  }, 600_000);

  /** Ids of the containers that run. */
  async function containersOf(...services: string[]): Promise<string[]> {
    return (await project.compose("ps", "--quiet", ...services)).split(/\s+/).filter((id) => id !== "");
  }

  /** Entries in the outboxes of all gateways, those included that are gone, that the ledger has not acknowledged. */
  async function countEntries(): Promise<number> {
    const [gateway = ""] = await containersOf("gateway");
    return Number(await project.docker("exec", gateway, "node", "-e", COUNT_ENTRIES));
  }

  /** Answers of which clients have got something already, and which are neither finished nor left. */
  async function streaming(): Promise<number> {
    const under = (await project.requests()).filter(
      ({ eventsWritten, finished, abortedAt }) => eventsWritten > 5 && !finished && abortedAt === undefined,
    );
    return under.length;
  }

  /** A copy of the file as it is, its log of writes included. */
  async function readLedger(): Promise<BookRow[]> {
    const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-books-"));
    try {
      await project.compose("pause", "cost-worker");
      await project.compose("cp", `cost-worker:${LEDGER}/.`, folder);
      await project.compose("unpause", "cost-worker");
      const reader = openSqliteBooks(path.join(folder, "ledger.sqlite"));
      const rows = await reader.read();
      await reader.close();
      return rows;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

/** For a container: a segment is a file of lines, position.json tells how far the ledger has acknowledged them. */
const COUNT_ENTRIES = `
  const { globSync, readFileSync } = require("node:fs");
  const { basename, dirname } = require("node:path");
  let count = 0;
  for (const file of globSync("${OUTBOX}/**/0*.jsonl")) {
    let position = { segment: 1, offset: 0 };
    try { position = JSON.parse(readFileSync(dirname(file) + "/position.json", "utf8")); } catch {}
    const segment = Number(basename(file, ".jsonl"));
    const from = segment === position.segment ? position.offset : 0;
    if (segment >= position.segment) count += readFileSync(file).subarray(from).toString().split("\\n").length - 1;
  }
  console.log(count);
`;

const NO_TROUBLES = { wrong: [], duplicates: [], strangers: [], differences: [] };

function troubles({
  compared,
  duplicates,
  strangers,
  tokens,
}: ReturnType<typeof compareBooks>): typeof NO_TROUBLES & object {
  const wrong = compared.filter(({ fault }) => fault !== undefined);
  const differences = Object.entries(tokens.ledger).filter(
    ([bucket, count]) => count !== tokens.upstream[bucket as keyof typeof tokens.upstream],
  );
  return { wrong, duplicates, strangers, differences } as unknown as typeof NO_TROUBLES;
}

/** Asks again every 250 ms until there is an answer. */
async function eventually<Result>(ask: () => Promise<Result | undefined | false>, what: string): Promise<Result> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const result = await ask();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`${what}: not within three minutes`);
    await sleep(250);
  }
}
