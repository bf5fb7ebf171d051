import { type Dirent, existsSync, mkdtempSync } from "node:fs";
import { chmod, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach } from "@jest/globals";

import { createOutbox } from "../create-outbox.ts";
import { hasCode } from "../files/has-code.ts";
import type { Outbox, OutboxLimits, OutboxOptions } from "../outbox.ts";
import { createTestLedger, type TestLedger } from "./ledgers.ts";

/** Everything faster, so that a test need not wait long. Who is held up by a busy machine is not gone yet. */
export const FAST: Partial<OutboxLimits> = {
  lingerMs: 5,
  busyLingerMs: 5,
  backoffMs: 10,
  maximumBackoffMs: 50,
  heartbeatMs: 50,
  staleMs: 2000,
  scanMs: 50,
  settleMs: 100,
  diskRetryMs: 50,
};

export interface TestOutbox extends Outbox {
  readonly ledger: TestLedger;
  readonly problems: string[];
  readonly directory: string;
}

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

export function onEnd(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-outbox-"));
  onEnd(async () => {
    await chmod(folder, 0o700).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });
  return join(folder, "outbox");
}

export function open(options: Partial<OutboxOptions> & { ledger?: TestLedger } = {}): TestOutbox {
  const ledger = options.ledger ?? createTestLedger();
  const directory = options.directory ?? createFolder();
  const problems: string[] = [];
  const outbox = createOutbox({
    instance: "one",
    shipper: ledger,
    onProblem: (problem) => problems.push(problem),
    ...options,
    directory,
    limits: { ...FAST, ...options.limits },
  });
  onEnd(() => outbox.close());
  return Object.assign(outbox, { ledger, problems, directory });
}

/** Paths of all files below, in order. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await listAll(directory);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}

async function listAll(directory: string): Promise<Dirent[]> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- until nothing below is moved meanwhile
      return await readdir(directory, { recursive: true, withFileTypes: true });
    } catch (error) {
      if (!hasCode(error, "ENOENT") || !existsSync(directory)) throw error;
    }
  }
}

export async function segmentsIn(directory: string): Promise<string[]> {
  return (await filesIn(directory)).filter((file) => /\d{8}\.jsonl$/.test(file));
}

export async function readAll(directory: string): Promise<string> {
  const files = await segmentsIn(directory);
  return (await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")))).join("");
}
