import { describe, expect, it } from "@jest/globals";
import type { RankedCandidate } from "@switchyard/routing";
import { createMemoryState, type State } from "@switchyard/state";

import { ranked } from "../testing/ranked.ts";
import { bucketOf, targetOf } from "../world/targets.ts";
import { Turns } from "./turns.ts";
import type { Closed } from "./waiting-room.ts";

const ONE_REQUEST = { resource: "requests", algorithm: "fixed_window", limit: 1, windowMs: 60_000 } as const;

function turns(
  candidates: RankedCandidate[],
  closed: readonly string[] = [],
  { loadElsewhere: load = 0 }: { loadElsewhere?: number } = {},
) {
  const refused: string[] = [];
  const memory = createMemoryState();
  const buckets = new Map([["elsewhere/claude-test", { limits: [], load, share: 1 }]]);
  const deps = {
    state: {
      take: (...wish: Parameters<State["take"]>) => memory.take(...wish),
      snapshot: () => ({ ...memory.snapshot(), buckets }),
    },
    breakers: {
      mayAsk: (target: string) => !closed.includes(target),
      refused: (target: string) => refused.push(target),
    },
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

const patient = (patienceMs: number) => turns([{ ...ranked("home"), patienceMs }, ranked("elsewhere")]).turns;

/** Buckets of these providers that somebody waits for; there is room in half a second. */
function waitedFor(...providers: string[]): Closed {
  const skip = { reason: "limit", resource: "requests", availableAt: Date.now() + 500 } as const;
  return new Map(providers.map((provider) => [`${provider}/claude-test`, skip]));
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

  it("pass over open breakers and what others wait for without asking the state", async () => {
    const { turns: list, refused } = turns([ranked("one"), ranked("two"), ranked("three")], ["one/claude-test"]);
    expect(await names(list.next(waitedFor("two")))).toBe("three");
    expect(list.passed.map(({ skip }) => [skip.reason, skip.resource])).toEqual([
      ["breaker", undefined],
      ["limit", "requests"],
    ]);
    expect(refused).toEqual(["one/claude-test"]);
  });

  it("come again for those that were passed over, in their order", async () => {
    const { turns: list } = turns([ranked("one"), ranked("two")]);
    expect(await list.next(waitedFor("one", "two"))).toBeUndefined();
    expect(list.queue).toEqual([]);
    expect([...list.fullBuckets().keys()]).toEqual(["one/claude-test", "two/claude-test"]);
    list.reconsider();
    expect(await names(list.next())).toBe("one");
    expect(await names(list.next())).toBe("two");
  });

  describe("of a session whose place is worth waiting for", () => {
    it("ask nobody else while it has no room", async () => {
      const list = patient(60_000);
      expect(await list.next(waitedFor("home"))).toBeUndefined();
      expect(list.passed.map(({ candidate }) => candidate.provider)).toEqual(["home"]);
      expect(list.wanted()).toEqual(["home/claude-test"]);
      list.reconsider();
      expect(await names(list.next())).toBe("home");
    });

    it("ask the others at once where its room comes too late", async () => {
      expect(await names(patient(400).next(waitedFor("home")))).toBe("elsewhere");
    });

    it("ask the others from the moment when nothing is held out for", async () => {
      const list = patient(60_000);
      expect(await list.next(waitedFor("home"))).toBeUndefined();
      list.hurry();
      list.reconsider();
      expect(list.wanted()).toEqual(["home/claude-test", "elsewhere/claude-test"]);
      expect(await names(list.next(waitedFor("home")))).toBe("elsewhere");
    });

    it("take no cold prompt to a place that is nearly full while their own has room before long", async () => {
      const home: RankedCandidate = { ...ranked("home"), patienceMs: 60_000 };
      const { turns: list } = turns([home, ranked("elsewhere")], [], { loadElsewhere: 0.95 });
      expect(await list.next(waitedFor("home"))).toBeUndefined();
      list.hurry();
      list.reconsider();
      expect(await list.next(waitedFor("home"))).toBeUndefined();
      expect(list.passed.map(({ skip }) => skip.reason)).toEqual(["limit", "limit"]);
    });

    it("take a warm prompt there, and any where there is room", async () => {
      const home: RankedCandidate = { ...ranked("home"), patienceMs: 60_000 };
      const warm = { ...ranked("elsewhere"), estimatedUse: { inputTokens: 1, cachedTokens: 99, outputTokens: 1 } };
      for (const [other, loadElsewhere] of [
        [warm, 0.95],
        [ranked("elsewhere"), 0.5],
      ] as const) {
        const { turns: list } = turns([home, other], [], { loadElsewhere });
        list.hurry();
        // oxlint-disable-next-line no-await-in-loop -- one case after the other
        expect(await names(list.next(waitedFor("home")))).toBe("elsewhere");
      }
    });

    it("ask the others where its breaker is open", async () => {
      const home: RankedCandidate = { ...ranked("home"), patienceMs: 60_000 };
      expect(await names(turns([home, ranked("elsewhere")], ["home/claude-test"]).turns.next())).toBe("elsewhere");
    });
  });

  it("are for those only that are kept", async () => {
    const last = ranked("three");
    const { turns: list } = turns([ranked("one"), ranked("two"), last]);
    list.keep([last]);
    expect(await names(list.next())).toBe("three");
    expect(await list.next()).toBeUndefined();
  });
});
