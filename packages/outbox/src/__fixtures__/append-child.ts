import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { createOutbox } from "../create-outbox.ts";
import type { OutboxLimits } from "../outbox.ts";
import { attemptIds, intent } from "./usage-events.ts";

/** What a child is told on its command line, as JSON. */
export interface ChildOrders {
  directory: string;
  instance: string;
  limits: Partial<OutboxLimits>;
  /** First part of the ids: "<prefix><number>". */
  prefix: string;
  /** Ends by itself after as many; absent: goes on until it is killed. */
  entries?: number;
  /** ms between two of them; absent: as fast as it can. */
  everyMs?: number;
  /** Ships to its standard output, or to nowhere. */
  ledger: "output" | "away";
}

/**
 * A gateway as far as its outbox goes. Says "appended <id>" when `append` has returned, "shipped <id>" for what its
 * ledger got, "problem …", and "done" after the last.
 */
async function main(orders: ChildOrders): Promise<void> {
  const say = (text: string): void => void writeSync(1, `${text}\n`);
  const outbox = createOutbox({
    ...orders,
    shipper: {
      ship: async (events) => {
        if (orders.ledger === "away") throw new Error("the ledger is away");
        for (const id of attemptIds(events)) say(`shipped ${id}`);
      },
      close: async () => {},
    },
    onProblem: (problem) => say(`problem ${problem}`),
  });
  // Its timers hold no process up.
  const alive = setInterval(() => {}, 1000);
  say("ready");
  for (let index = 0; index < (orders.entries ?? Infinity); index += 1) {
    outbox.append(intent(`${orders.prefix}${index}`));
    say(`appended ${orders.prefix}${index}`);
    if (orders.everyMs !== undefined) await delay(orders.everyMs);
    else if (index % 50 === 0) await delay(0);
  }
  say("done");
  process.on("SIGTERM", () => {
    void outbox.close().then(() => {
      say("closed");
      clearInterval(alive);
      return undefined;
    });
  });
}

const [, , orders] = process.argv;
if (orders?.startsWith("{") === true) void main(JSON.parse(orders) as ChildOrders);
