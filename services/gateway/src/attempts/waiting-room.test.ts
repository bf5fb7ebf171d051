import { describe, expect, it } from "@jest/globals";

import { type Closed, createWaitingRoom, type Seeker, type Sought } from "./waiting-room.ts";

const LATER_MS = 60_000;

/** Buckets with places; each request wants one of them, the first that has any. */
function rooms(limits: { maxWaitMs?: number; maxLength?: number } = {}) {
  const { maxWaitMs = LATER_MS, maxLength = 100 } = limits;
  const places = new Map<string, number>();
  const line = createWaitingRoom(() => ({ maxWaitMs, maxLength }));
  const found: string[] = [];
  let looks = 0;
  const look = (name: string, buckets: readonly string[], closed: Closed): Sought<string> => {
    looks += 1;
    const full = new Map<string, { reason: "limit"; availableAt: number }>();
    for (const bucket of buckets) {
      const left = places.get(bucket) ?? 0;
      if (left > 0 && !closed.has(bucket)) {
        places.set(bucket, left - 1);
        found.push(name);
        return { found: bucket, full };
      }
      full.set(bucket, { reason: "limit", availableAt: Date.now() + 1000 });
    }
    return { full, earliest: Date.now() + 1000 };
  };
  return {
    line,
    found,
    get looks() {
      return looks;
    },
    give: (bucket: string, count = 1): void => {
      places.set(bucket, (places.get(bucket) ?? 0) + count);
      line.roomMade();
    },
    ask: (
      name: string,
      buckets: readonly string[],
      more: Partial<Pick<Seeker<string>, "session" | "message">> = {},
    ): Promise<string | undefined> =>
      line.enter<string>({
        session: name,
        message: { deadline: performance.now() + LATER_MS, signal: new AbortController().signal },
        wanted: () => buckets,
        seek: async (closed) => look(name, buckets, closed),
        ...more,
      }),
  };
}

describe("a line before full buckets", () => {
  it("lets nobody wait who finds room", async () => {
    const { ask, give, line } = rooms();
    give("a");
    expect(await ask("one", ["a"])).toBe("a");
    expect(line.waiting).toBe(0);
  });

  it("gives room to whoever has waited the longest", async () => {
    const { ask, give, found } = rooms();
    const asked = ["one", "two", "three"].map((name) => ask(name, ["a"]));
    await settled();
    give("a");
    expect(await asked[0]).toBe("a");
    give("a", 2);
    await Promise.all(asked);
    expect(found).toEqual(["one", "two", "three"]);
  });

  it("puts newcomers behind those who wait, although there is room at this moment", async () => {
    const { ask, give, found } = rooms();
    const first = ask("one", ["a"]);
    await settled();
    give("a", 2);
    const second = ask("two", ["a"]);
    await Promise.all([first, second]);
    expect(found).toEqual(["one", "two"]);
  });

  it("holds nobody up who finds room where nobody waits", async () => {
    const { ask, give, line } = rooms();
    void ask("one", ["a"]);
    await settled();
    give("b");
    expect(await ask("two", ["a", "b"])).toBe("b");
    expect(line.waiting).toBe(1);
    give("a");
  });

  it("lets those behind pass whose bucket nobody before them waits for", async () => {
    const { ask, give, found } = rooms();
    const first = ask("one", ["a"]);
    const second = ask("two", ["b"]);
    await settled();
    give("b");
    expect(await second).toBe("b");
    give("a");
    await first;
    expect(found).toEqual(["two", "one"]);
  });

  it("gives each session a turn before anyone gets a second one", async () => {
    const { ask, give, found } = rooms();
    const asked = ["greedy 1", "greedy 2", "greedy 3", "modest"].map((name) =>
      ask(name, ["a"], { session: name.split(" ")[0] ?? "" }),
    );
    await settled();
    give("a", 4);
    await Promise.all(asked);
    expect(found).toEqual(["greedy 1", "modest", "greedy 2", "greedy 3"]);
  });

  it("asks once for all who wait for the same bucket", async () => {
    const bench = rooms();
    const asked = Array.from({ length: 50 }, (_, index) => bench.ask(String(index), ["a"]));
    await settled();
    const before = bench.looks;
    bench.give("a");
    await asked[0];
    await settled();
    // the first, who gets in, and the one behind, who does not
    expect(bench.looks - before).toBeLessThanOrEqual(4);
    bench.give("a", 49);
    await Promise.all(asked);
  });

  it("gives up when the longest wait is over, after a last look wherever it stands", async () => {
    const { ask, line } = rooms({ maxWaitMs: 1100 });
    const asked = await Promise.all([ask("one", ["a"]), ask("two", ["a"])]);
    expect(asked).toEqual([undefined, undefined]);
    expect(line.waiting).toBe(0);
  });

  it("takes on the last look what others before it wait for", async () => {
    const bench = rooms({ maxWaitMs: 3000 });
    const first = bench.ask("one", ["a", "b"]);
    const second = bench.ask("two", ["b"]);
    await settled();
    bench.give("b", 2);
    expect(await Promise.all([first, second])).toEqual(["b", "b"]);
  });

  it("says at once that room comes too late, and that too many wait", async () => {
    expect(await rooms({ maxWaitMs: 500 }).ask("one", ["a"])).toBeUndefined();
    const short = rooms({ maxLength: 1 });
    const first = short.ask("one", ["a"]);
    await settled();
    expect(await short.ask("two", ["a"])).toBeUndefined();
    short.give("a");
    await first;
  });

  it("lets go of a client that leaves, and serves those behind it", async () => {
    const { ask, give, line } = rooms();
    const leaving = new AbortController();
    const message = { deadline: performance.now() + LATER_MS, signal: leaving.signal };
    const first = ask("one", ["a"], { message });
    const second = ask("two", ["a"]);
    await settled();
    leaving.abort();
    expect(await first).toBeUndefined();
    expect(line.waiting).toBe(1);
    give("a");
    expect(await second).toBe("a");
  });

  it("tells only the one whose asking fails", async () => {
    const { ask, give, line } = rooms();
    const broken = line.enter({
      session: "broken",
      message: { deadline: performance.now() + LATER_MS, signal: new AbortController().signal },
      wanted: () => ["a"],
      seek: failsSecondTime(),
    });
    const second = ask("two", ["b"]);
    give("b");
    await expect(broken).rejects.toThrow("the state broke");
    expect(await second).toBe("b");
  });
});

function failsSecondTime(): Seeker<string>["seek"] {
  let count = 0;
  return async () => {
    count += 1;
    if (count > 1) throw new Error("the state broke");
    return { full: new Map(), earliest: Date.now() + 10 };
  };
}

/** Everything that waits for nothing but its turn has had it. */
async function settled(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await new Promise((resolve) => setImmediate(resolve));
}
