import { EventEmitter, once } from "node:events";
import { runInNewContext } from "node:vm";

import { describe, expect, it } from "@jest/globals";

import { collectAll, releaseMemoryWhenIdle } from "./release-memory.ts";

const MB = 2 ** 20;

/** Looks at a process that is so busy, and so large, one after the other; then tells at which look it collected. */
async function collectedAt(looks: readonly { busy: number; held: number; after?: number }[]): Promise<number[]> {
  const told = new EventEmitter();
  const over = once(told, "over");
  const at: number[] = [];
  let place = -1;
  let collected = false;
  const stop = releaseMemoryWhenIdle({
    lookMs: 1,
    utilization: () => {
      place += 1;
      collected = false;
      if (place === looks.length) told.emit("over");
      return looks[place]?.busy ?? 1;
    },
    resident: () => {
      const { held = 0, after = held } = looks[place] ?? {};
      return (collected ? after : held) * MB;
    },
    collect: () => {
      collected = true;
      at.push(place);
    },
  });
  await over;
  stop();
  return at;
}

describe("releaseMemoryWhenIdle", () => {
  it("collects what the start has left as soon as the process is idle, and then no more", async () => {
    const looks = [0.9, 0.06, 0.01, 0, 0].map((busy) => ({ busy, held: 120, after: 100 }));
    expect(await collectedAt(looks)).toEqual([2]);
  });

  it("collects again what load has left, once the load is over", async () => {
    const start = { busy: 0, held: 120, after: 100 };
    const load = { busy: 0.8, held: 400 };
    expect(await collectedAt([start, load, load, { busy: 0, held: 400, after: 130 }])).toEqual([0, 3]);
  });

  it("leaves a process alone that has grown by little, or by what it still needs", async () => {
    const start = { busy: 0, held: 120, after: 100 };
    expect(await collectedAt([start, { busy: 0, held: 131 }])).toEqual([0]);
    const needed = { busy: 0, held: 200, after: 200 };
    expect(await collectedAt([start, needed, needed, { busy: 0, held: 225 }])).toEqual([0, 1]);
  });

  it("measures growth from the least that was seen: the engine gives back by itself, too", async () => {
    const start = { busy: 0, held: 300, after: 300 };
    expect(await collectedAt([start, { busy: 0.5, held: 110 }, { busy: 0, held: 150, after: 110 }])).toEqual([0, 2]);
  });

  it("ends its looking when it is told to", async () => {
    let collected = 0;
    releaseMemoryWhenIdle({ lookMs: 1, utilization: () => 0, collect: () => (collected += 1) })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(collected).toBe(0);
  });

  it("measures by itself how busy and how large the process is", async () => {
    const told = new EventEmitter();
    const collected = once(told, "collected");
    const stop = releaseMemoryWhenIdle({ lookMs: 50, collect: () => told.emit("collected") });
    await collected;
    stop();
  });
});

describe("collectAll", () => {
  it("collects what nobody refers to, and leaves no gc function to later contexts", async () => {
    const garbage = createGarbage();
    // What a turn has looked at stays until it is over.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collectAll();
    expect(garbage.deref()).toBeUndefined();
    expect(runInNewContext("typeof gc")).toBe("undefined");
  });
});

function createGarbage(): WeakRef<object> {
  return new WeakRef({ list: Array.from({ length: 1000 }, (_, index) => ({ index })) });
}
