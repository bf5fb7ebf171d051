import { setTimeout as delay } from "node:timers/promises";

/** Asks again every 20 ms until the condition holds. Throws an Error that names the fact after `withinMs` (30 s). */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  fact: string,
  withinMs = 30_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`after ${withinMs} ms it is still not true that ${fact}`);
    await delay(20);
  }
}
