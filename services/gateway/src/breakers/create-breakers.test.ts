import { afterEach, describe, expect, it } from "@jest/globals";
import type { Snapshot, TargetStatus } from "@switchyard/state";

import { until } from "../testing/test-mesh.ts";
import { type Breakers, createBreakers } from "./create-breakers.ts";

let breakers: Breakers | undefined;
afterEach(() => breakers?.close());

function snapshot(breaker: TargetStatus["breaker"]): Snapshot {
  const target: TargetStatus = { breaker, failuresInRow: 5, attempts: 5, rejections: [] };
  return {
    takenAt: 0,
    buckets: new Map(),
    targets: new Map([["one/m", target]]),
    providers: new Map(),
    switches: {},
    replicas: 1,
    store: "memory",
  };
}

const good = { run: async () => "good", isGood: () => true };
const bad = { run: async () => "bad", isGood: () => false };

describe("local breakers", () => {
  it("stay closed whatever fails here: the count is the fleet's", async () => {
    breakers = createBreakers();
    for (let count = 0; count < 50; count += 1) expect(await breakers.fire("one/m", bad)).toBe("bad");
    expect(breakers.mayAsk("one/m")).toBe(true);
  });

  it("open when the fleet says so, and may ask again after a moment", async () => {
    const made = (breakers = createBreakers());
    made.follow(snapshot("open"));
    expect(made.mayAsk("one/m")).toBe(false);
    expect(made.mayAsk("two/m")).toBe(true);
    await until(() => made.mayAsk("one/m"));
    made.refused("one/m");
    expect(made.mayAsk("one/m")).toBe(false);
  });

  it("let one probe through, close at its answer and stay open at its failure", async () => {
    const made = (breakers = createBreakers());
    made.follow(snapshot("open"));
    await until(() => made.mayAsk("one/m"));
    expect(await made.fire("one/m", bad)).toBe("bad");
    expect(made.mayAsk("one/m")).toBe(false);
    await until(() => made.mayAsk("one/m"));
    const probe = Promise.withResolvers<string>();
    const asked = made.fire("one/m", { run: () => probe.promise, isGood: () => true });
    expect(made.mayAsk("one/m")).toBe(false);
    probe.resolve("good");
    expect(await asked).toBe("good");
    expect(made.mayAsk("one/m")).toBe(true);
  });

  it("close when the fleet has closed them", () => {
    breakers = createBreakers();
    breakers.follow(snapshot("half_open"));
    breakers.follow(snapshot("closed"));
    expect(breakers.mayAsk("one/m")).toBe(true);
  });

  it("run an attempt that has its place already, open or not, and pass its errors on", async () => {
    breakers = createBreakers();
    breakers.follow(snapshot("open"));
    expect(await breakers.fire("one/m", good)).toBe("good");
    const broken = { run: () => Promise.reject(new Error("broken")), isGood: () => true };
    await expect(breakers.fire("one/m", broken)).rejects.toThrow("broken");
  });
});
