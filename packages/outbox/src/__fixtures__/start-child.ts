import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { waitUntil } from "@switchyard/state/testing";

import type { ChildOrders } from "./append-child.ts";
import { FAST, onEnd } from "./outboxes.ts";

const PROGRAM = fileURLToPath(new URL("append-child.ts", import.meta.url));

export interface TestChild {
  readonly pid: number;
  /** Ids that `append` has returned for. */
  readonly appended: string[];
  readonly shipped: string[];
  readonly problems: string[];
  readonly done: boolean;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL; resolves when it is gone and all it said has been read. */
  kill(): Promise<void>;
  /** SIGTERM: it closes its outbox. */
  stop(): Promise<void>;
}

/** Starts a process that appends, with quick limits; resolves when its outbox is open. */
export async function startChild(
  orders: Partial<ChildOrders> & Pick<ChildOrders, "directory" | "instance">,
  /** Shell words before the program: limits of the process. */
  before = "",
): Promise<TestChild> {
  const whole: ChildOrders = {
    prefix: orders.instance,
    ledger: "away",
    ...orders,
    limits: { ...FAST, ...orders.limits },
  };
  const command = `${before} exec "$0" --no-warnings "$1" "$2"`;
  const child = spawn("/bin/sh", ["-c", command, process.execPath, PROGRAM, JSON.stringify(whole)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = listen(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "close");
    child.kill(signal);
    await gone;
  };
  onEnd(async () => {
    child.kill("SIGCONT");
    await end("SIGKILL");
  });
  await waitUntil(() => said.ready, "the child has opened its outbox");
  return {
    pid: child.pid ?? 0,
    get appended() {
      return said.appended;
    },
    get shipped() {
      return said.shipped;
    },
    get problems() {
      return said.problems;
    },
    get done() {
      return said.done;
    },
    signal: (name) => void child.kill(name),
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

interface Said {
  ready: boolean;
  done: boolean;
  appended: string[];
  shipped: string[];
  problems: string[];
}

function listen(child: ChildProcess): Said {
  const said: Said = { ready: false, done: false, appended: [], shipped: [], problems: [] };
  let rest = "";
  child.stdout?.on("data", (piece: Buffer) => {
    const lines = (rest + piece.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [word = "", ...more] = line.split(" ");
      if (word === "ready" || word === "done") said[word] = true;
      else if (word === "appended" || word === "shipped") said[word].push(more.join(" "));
      else if (word === "problem") said.problems.push(more.join(" "));
    }
  });
  return said;
}
