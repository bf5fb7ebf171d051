import { describe, expect, it } from "@jest/globals";
import type { RankedCandidate } from "@switchyard/routing";
import { createMemoryState } from "@switchyard/state";

import { ranked } from "../testing/ranked.ts";
import { bucketOf, targetOf } from "../world/targets.ts";
import { Turns } from "./turns.ts";

const ONE_REQUEST = { resource: "requests", algorithm: "fixed_window", limit: 1, windowMs: 60_000 } as const;

function turns(candidates: RankedCandidate[], closed: readonly string[] = [], full: readonly string[] = []) {
  const refused: string[] = [];
  const deps = {
    state: createMemoryState(),
    breakers: {
      mayAsk: (target: string) => !closed.includes(target),
      refused: (target: string) => refused.push(target),
    },
    slots: { hasRoom: (provider: string) => !full.includes(provider) },
    toTake: (candidate: RankedCandidate) => ({
      bucket: bucketOf(candidate),
      limits: [ONE_REQUEST],
      inputTokens: 1,
      outputTokens: 1,
      target: targetOf(candidate),
      breaker: { failureThreshold: 5, recoveryTimeoutMs: 60_000 },
    }),
  };
  return { turns: new Turns(deps, candidates), refused };
}

async function names(turn: ReturnType<Turns["next"]>): Promise<string | undefined> {
  return (await turn)?.candidate.provider;
}

describe("turns", () => {
  it("go to each candidate once, in order, with its room reserved", async () => {
    const { turns: list } = turns([ranked("one"), ranked("two")]);
    const first = await list.next();
    expect(first).toMatchObject({ candidate: { provider: "one" }, reservation: { bucket: "one/claude-test" } });
    expect(await names(list.next())).toBe("two");
    expect(await list.next()).toBeUndefined();
    expect(list.passed).toEqual([]);
  });

  it("never ask twice for a bucket that is empty", async () => {
    const sisters = [ranked("one", { id: "a" }), ranked("one", { id: "b" }), ranked("two")];
    const { turns: list } = turns(sisters);
    expect((await list.next())?.candidate.model.id).toBe("a");
    expect(await names(list.next())).toBe("two");
    expect(list.passed).toMatchObject([{ candidate: { model: { id: "b" } }, skip: { reason: "limit" } }]);
    expect(list.earliestRoom()).toBeGreaterThan(Date.now());
  });

  it("pass over open breakers and full providers without asking the state", async () => {
    const { turns: list, refused } = turns(
      [ranked("one"), ranked("two"), ranked("three")],
      ["one/claude-test"],
      ["two"],
    );
    expect(await names(list.next())).toBe("three");
    expect(list.passed.map(({ skip }) => [skip.reason, skip.resource])).toEqual([
      ["breaker", undefined],
      ["limit", "concurrency"],
    ]);
    expect(refused).toEqual(["one/claude-test"]);
  });

  it("come again for those that were passed over, in their order", async () => {
    const full = ["one", "two"];
    const { turns: list } = turns([ranked("one"), ranked("two")], [], full);
    expect(await list.next()).toBeUndefined();
    expect(list.queue).toEqual([]);
    full.splice(0);
    list.reconsider();
    expect(await names(list.next())).toBe("one");
    expect(await names(list.next())).toBe("two");
  });

  it("are for those only that are kept", async () => {
    const last = ranked("three");
    const { turns: list } = turns([ranked("one"), ranked("two"), last]);
    list.keep([last]);
    expect(await names(list.next())).toBe("three");
    expect(await list.next()).toBeUndefined();
  });
});
