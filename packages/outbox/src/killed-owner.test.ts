import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";
import { waitUntil } from "@switchyard/state/testing";

import { createFolder, filesIn, open, segmentsIn } from "./__fixtures__/outboxes.ts";
import { startChild } from "./__fixtures__/start-child.ts";

const unique = (ids: readonly string[]): Set<string> => new Set(ids);

describe("an outbox whose process is killed", () => {
  it("has every entry whose append had returned", async () => {
    const directory = createFolder();
    const child = await startChild({ directory, instance: "a", limits: { segmentBytes: 50_000 } });
    await waitUntil(() => child.appended.length > 2000, "it has appended many");
    await child.kill();
    const next = open({ directory, instance: "a" });
    await next.drained(30_000);
    // In order, each once; one more may have been written whose append had not returned.
    expect(next.ledger.ids.slice(0, child.appended.length)).toEqual(child.appended);
    expect(next.ledger.ids.length - child.appended.length).toBeLessThanOrEqual(1);
    expect(next.problems).toEqual([]);
  });

  it("sends again little of what the ledger had acknowledged", async () => {
    const directory = createFolder();
    const child = await startChild({ directory, instance: "a", ledger: "output", entries: 3000 });
    await waitUntil(() => child.shipped.length === 3000, "all is shipped");
    await waitUntil(
      async () => (await filesIn(directory)).some((file) => file.endsWith("position.json")),
      "it is kept",
    );
    await child.kill();
    const next = open({ directory, instance: "a" });
    await next.drained(30_000);
    expect(next.ledger.ids.length).toBeLessThan(3000);
  });

  it("goes on over many kills, each of which tears the last line", async () => {
    const directory = createFolder();
    const appended: string[] = [];
    for (const round of [1, 2, 3, 4]) {
      const child = await startChild({ directory, instance: "a", prefix: `r${round}-` });
      await waitUntil(() => child.appended.length > 200, "it has appended some");
      await child.kill();
      appended.push(...child.appended);
      tearYoungest(directory, `r${round}-`, child.appended);
    }
    const next = open({ directory, instance: "a" });
    await next.drained(30_000);
    // Cut by hand: the last of each life.
    const expected = appended.filter((id) => !torn.has(id));
    expect(expected.filter((id) => !unique(next.ledger.ids).has(id))).toEqual([]);
    await waitUntil(async () => (await segmentsIn(directory)).length === 1, "the old files are gone");
    expect(next.problems.filter((problem) => problem.includes("torn line"))).toHaveLength(4);
  });
});

const torn = new Set<string>();

/** Cuts the last line of the newest segment in the middle, as a power loss does. */
function tearYoungest(directory: string, prefix: string, appended: readonly string[]): void {
  const [set] = readdirSync(directory)
    .filter((name) => name.startsWith("a."))
    .map((name) => join(directory, name));
  const file = join(set ?? "", "00000001.jsonl");
  truncateSync(file, statSync(file).size - 200);
  torn.add(appended.at(-1) ?? "");
  torn.add(`${prefix}${appended.length}`);
}

describe("files whose owner is gone", () => {
  it("are adopted by exactly one of three siblings", async () => {
    const directory = createFolder();
    const child = await startChild({ directory, instance: "gone", entries: 500 });
    await waitUntil(() => child.done, "it has appended all");
    await child.kill();
    const siblings = ["x", "y", "z"].map((instance) => open({ directory, instance }));
    await waitUntil(() => siblings.some((sibling) => sibling.ledger.ids.length > 0), "one has adopted them");
    await Promise.all(siblings.map((sibling) => sibling.drained(30_000)));
    expect(siblings.map((sibling) => sibling.ledger.ids.length).toSorted((a, b) => a - b)).toEqual([0, 0, 500]);
    expect(siblings.map((sibling) => sibling.status().adopted).toSorted((a, b) => a - b)).toEqual([0, 0, 500]);
    await waitUntil(async () => (await segmentsIn(directory)).length === 3, "only the siblings' own files are left");
  });

  it("are not adopted while it lives", async () => {
    const directory = createFolder();
    const child = await startChild({ directory, instance: "alive", everyMs: 10, limits: { staleMs: 3000 } });
    const sibling = open({ directory, instance: "x", limits: { staleMs: 3000 } });
    const before = child.appended.length;
    await waitUntil(() => child.appended.length > before + 400, "it lives longer than a heartbeat may be old");
    expect(sibling.status().adopted).toBe(0);
    expect(child.problems.filter((problem) => problem.includes("taken over"))).toEqual([]);
  });

  it("are adopted at once when it closed with entries left", async () => {
    const directory = createFolder();
    const child = await startChild({ directory, instance: "left", entries: 20, limits: { staleMs: 60_000 } });
    await waitUntil(() => child.done, "it has appended all");
    await child.stop();
    const sibling = open({ directory, instance: "x", limits: { staleMs: 60_000, settleMs: 60_000 } });
    await waitUntil(() => sibling.ledger.ids.length === 20, "they are adopted");
    await waitUntil(async () => (await segmentsIn(directory)).length === 1, "and gone");
  });

  it("are adopted together with what it had adopted itself", async () => {
    const directory = createFolder();
    const first = await startChild({ directory, instance: "first", entries: 30 });
    await waitUntil(() => first.done, "it has appended all");
    await first.kill();
    const second = await startChild({ directory, instance: "second", entries: 40 });
    await waitUntil(
      async () => (await segmentsIn(directory)).some((file) => /^second\.\w+\/first\.\w+\//.test(file)),
      "the second has adopted the files of the first",
    );
    await second.kill();
    const third = open({ directory, instance: "third" });
    await waitUntil(() => unique(third.ledger.ids).size === 70, "the third has all");
    await waitUntil(async () => (await segmentsIn(directory)).length === 1, "only its own files are left");
    expect(third.status().adopted).toBe(70);
  });
});

describe("an owner that was stopped and goes on", () => {
  it("finds its files adopted, begins new ones and loses nothing", async () => {
    const directory = createFolder();
    const child = await startChild({ directory, instance: "slept", everyMs: 1, entries: 3000 });
    await waitUntil(() => child.appended.length > 100, "it appends");
    child.signal("SIGSTOP");
    const sibling = open({ directory, instance: "x" });
    await waitUntil(() => sibling.status().adopted > 0, "its files are adopted");
    child.signal("SIGCONT");
    await waitUntil(() => child.problems.some((problem) => problem.includes("taken over")), "it finds that out");
    const heard = child.appended.length;
    await waitUntil(() => child.appended.length > heard + 100, "it goes on");
    await child.kill();
    const rest = open({ directory, instance: "slept" });
    await Promise.all([rest.drained(30_000), sibling.drained(30_000)]);
    const arrived = unique([...sibling.ledger.ids, ...rest.ledger.ids]);
    expect(child.appended.filter((id) => !arrived.has(id))).toEqual([]);
  });

  it("loses nothing over many short sleeps beside hasty siblings", async () => {
    const directory = createFolder();
    const hasty = { staleMs: 60, heartbeatMs: 20, scanMs: 20, settleMs: 100 };
    const child = await startChild({ directory, instance: "dozes", everyMs: 1, limits: hasty });
    const siblings = ["x", "y"].map((instance) => open({ directory, instance, limits: hasty }));
    const adopted = (): number => siblings.reduce((sum, sibling) => sum + sibling.status().adopted, 0);
    for (const round of [1, 2, 3, 4, 5]) {
      const before = child.appended.length;
      await waitUntil(() => child.appended.length > before + 30, `it appends (${round})`);
      const had = adopted();
      child.signal("SIGSTOP");
      await waitUntil(() => adopted() > had, `its files are adopted (${round})`);
      child.signal("SIGCONT");
    }
    const before = child.appended.length;
    await waitUntil(() => child.appended.length > before + 100, "it appends at last");
    await child.kill();
    const rest = open({ directory, instance: "dozes", limits: hasty });
    await Promise.all([...siblings, rest].map((sibling) => sibling.drained(30_000)));
    const arrived = unique([...siblings, rest].flatMap((sibling) => sibling.ledger.ids));
    expect(child.appended.filter((id) => !arrived.has(id))).toEqual([]);
  });
});
