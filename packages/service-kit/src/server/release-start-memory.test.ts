import { EventEmitter, once } from "node:events";
import { runInNewContext } from "node:vm";

import { describe, expect, it } from "@jest/globals";

import { collectAll, releaseStartMemory } from "./release-start-memory.ts";

describe("releaseStartMemory", () => {
  it("waits until the process is idle, and collects once", async () => {
    const shares = [0.9, 0.06, 0.01, 0, 0];
    const told = new EventEmitter();
    let looks = 0;
    const collected = once(told, "collected");
    releaseStartMemory({
      lookMs: 1,
      utilization: () => {
        looks += 1;
        return shares.shift() ?? 0;
      },
      collect: () => told.emit("collected"),
    });
    await collected;
    expect(looks).toBe(3);
    let again = 0;
    told.on("collected", () => (again += 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([looks, again]).toEqual([3, 0]);
  });

  it("ends its waiting when it is told to", async () => {
    let collected = 0;
    releaseStartMemory({ lookMs: 1, utilization: () => 0, collect: () => (collected += 1) })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(collected).toBe(0);
  });

  it("measures by itself how busy the process is", async () => {
    const told = new EventEmitter();
    const collected = once(told, "collected");
    releaseStartMemory({ lookMs: 50, collect: () => told.emit("collected") });
    await collected;
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
