import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { createQueueShipper } from "@switchyard/outbox/queue";
import { freePort, startRedis } from "@switchyard/state/testing";

import { attemptFacts, settlement } from "./usage-events.ts";
import { workerSettings } from "./worker-settings.ts";

/**
 * A minute of usage through queue, worker and SQLite, the worker in a process of its own. Arguments: seconds, attempts
 * per second (each is an intent and a settlement). Prints what arrived and how the worker's memory went. Flags of Node are
 * the worker's too.
 */
const [seconds = 60, rate = 500] = process.argv.slice(2).map(Number);
const BATCH_MS = 200;

const redis = await startRedis();
const port = await freePort();
const { costs } = workerSettings();
const worker = spawn(process.execPath, [...process.execArgv, fileURLToPath(new URL("../main.ts", import.meta.url))], {
  cwd: costs.databaseFile.replace(/\/[^/]*$/, ""),
  env: {
    PATH: process.env["PATH"],
    REDIS_URL: redis.url,
    PORT: String(port),
    SWITCHYARD_LEDGER: costs.databaseFile,
    LOG_LEVEL: "error",
  },
  stdio: "inherit",
});
const url = `http://127.0.0.1:${port}`;
const ask = async (path: string): Promise<string> => (await fetch(url + path)).text();
// oxlint-disable-next-line no-await-in-loop
while (!(await ask("/health").catch(() => "")).includes('"connected"')) await new Promise((go) => setTimeout(go, 50));

const shipper = createQueueShipper({ redisUrl: redis.url, prefix: "switchyard:" });
const startedAt = performance.now();
const shipped: Promise<void>[] = [];
const memory: string[] = [];
let made = 0;
let slowest = 0;
while (made < seconds * rate) {
  const due = Math.min(seconds * rate, Math.floor(((performance.now() - startedAt) / 1000) * rate));
  const batch = Array.from({ length: due - made }, (_, index) => {
    const place = made + index;
    const attempt = attemptFacts({ session: `s${place % 300}`, client: `c${place % 20}`, at: Date.now() });
    return [{ kind: "intent" as const, attempt, leaseUntil: Date.now() + 900_000 }, settlement({ attempt })];
  }).flat();
  if (Math.floor(made / rate / 10) !== Math.floor(due / rate / 10)) memory.push(residentMegabytes(worker.pid ?? 0));
  made = due;
  if (batch.length > 0) {
    const sentAt = performance.now();
    shipped.push(
      shipper.ship(batch).then(() => {
        slowest = Math.max(slowest, performance.now() - sentAt);
        return undefined;
      }),
    );
  }
  // oxlint-disable-next-line no-await-in-loop
  await new Promise((go) => setTimeout(go, BATCH_MS));
}
await Promise.all(shipped);
const took = (performance.now() - startedAt) / 1000;
const costsAnswer = JSON.parse(await ask("/api/costs?by=")) as { total: { requests: number } };
const health = JSON.parse(await ask("/health")) as { open_intents: number };
memory.push(residentMegabytes(worker.pid ?? 0));
process.stdout.write(
  `${made} attempts (${2 * made} events) in ${took.toFixed(1)} s: ${((2 * made) / took).toFixed(0)} events/s; ` +
    `in the books ${costsAnswer.total.requests}, open ${health.open_intents}; ` +
    `slowest acknowledgement ${slowest.toFixed(0)} ms; worker's memory every 10 s, MB: ${memory.join(" ")}\n`,
);
await shipper.close();
const gone = once(worker, "exit");
worker.kill("SIGTERM");
await gone;
await redis.close();

function residentMegabytes(pid: number): string {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(line) / 1024).toFixed(0);
}
