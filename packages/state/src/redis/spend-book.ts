import { createSpendSums, type SpendSums } from "../memory/spend-sums.ts";
import { SPEND_LEASE_MS, spendWindowName, wholeSpend } from "../rules/index.ts";
import type { Spend, SpendBook, SpendRequest, SpendReservation, SpendResult, SpendStatus } from "../state.ts";
import type { FleetLink } from "./fleet-link.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { ScriptRunner } from "./script-runner.ts";
import { createSpendStore, type SpendStore } from "./spend-store.ts";

/** Spend on Redis, and from what this gateway knew last while Redis is away. */
export interface SharedSpendBook {
  readonly book: SpendBook;
  /** From now on the others cannot be asked. */
  leave(): void;
  /** Tells Redis what this gateway knows before anything is reserved there. Rejects where Redis does not answer. */
  join(generation: string): Promise<void>;
  /** Tells what was settled meanwhile. */
  joined(generation: string): Promise<void>;
  /** Learns what the others have spent, so that a loss of Redis finds this gateway knowing. Never rejects. */
  looked(): Promise<void>;
}

export interface SharedSpendBookOptions {
  /** Asked when the first call comes. */
  link: () => Pick<FleetLink, "shared" | "generation" | "leave" | "view">;
  runner: ScriptRunner;
  keys: KeyBuilder;
  replicaId: string;
  now: () => number;
}

/** A settling that Redis has not confirmed. */
interface Untold {
  reservation: SpendReservation;
  used: Spend;
}

/**
 * So long after Redis was lost a reservation waits for it to come back, ms: most losses are a moment's, and what is
 * given without the others' knowledge may pass the limit. Longer than Redis is left alone after failures.
 */
const PATIENCE_MS = 1500;
/** Of so many windows is asked at every look. */
const MOST_WATCHED = 200;
const MOST_UNTOLD = 10_000;
const AT_ONCE = 100;

export function createSharedSpendBook(options: SharedSpendBookOptions): SharedSpendBook {
  const { link, runner, keys, now } = options;
  const store = createSpendStore({ runner, keys });
  const mirror = createSpendSums({ now });
  const untold = new Map<string, Untold>();
  const absence = createAbsence();
  let number = 0;

  /** undefined: Redis does not answer, and the mirror must. */
  const shared = async <T>(ask: (generation: string) => Promise<T | "unseeded">): Promise<T | undefined> => {
    if (!link().shared) return undefined;
    try {
      const answer = await ask(link().generation);
      if (answer !== "unseeded") return answer;
      link().leave(new Error("Redis has been emptied"));
    } catch (error) {
      link().leave(error);
    }
    return undefined;
  };

  const newId = (): string => `${options.replicaId}-${(number += 1).toString(36)}`;

  const reserveShared = async (request: SpendRequest): Promise<SpendResult | undefined> => {
    const ask = (): Promise<SpendResult | undefined> =>
      shared((generation) => store.reserve(request, { id: newId(), generation }));
    let answer = await ask();
    if (answer === undefined) {
      await absence.endOr(PATIENCE_MS);
      answer = await ask();
    }
    if (answer === undefined) return undefined;
    const { leaseMs = SPEND_LEASE_MS } = request;
    const adopted =
      answer.kind === "reserved" ? { reservation: answer.reservation, leaseUntil: now() + leaseMs } : undefined;
    mirror.learn(request.account, answer.status, adopted);
    return answer;
  };

  const watched = new Map<string, Watched>();
  const watch = (asked: Watched): void => {
    const name = spendWindowName(asked.account, asked.allowance);
    if (watched.has(name)) return;
    watched.set(name, asked);
    for (const oldest of watched.keys()) {
      if (watched.size <= MOST_WATCHED) break;
      watched.delete(oldest);
    }
  };
  const learn = (asked: readonly Watched[], status: readonly SpendStatus[]): void => {
    for (const [index, one] of status.entries()) mirror.learn(asked[index]?.account ?? "", [one]);
  };

  const book: SpendBook = {
    async reserveSpend(request) {
      const wish = { ...request, amount: wholeSpend(request.amount) };
      for (const allowance of wish.allowances) watch({ account: wish.account, allowance });
      return (await reserveShared(wish)) ?? mirror.reserve(wish, { id: newId(), local: true });
    },
    async settleSpend(reservation, truth) {
      const used = wholeSpend(truth);
      const status = await shared((generation) => store.settle(reservation, used, generation));
      if (status !== undefined) {
        mirror.forget(reservation.id);
        mirror.learn(reservation.account, status);
      } else if (!untold.has(reservation.id)) {
        keepUntold(untold, { reservation, used });
        mirror.settle(reservation, used);
      }
    },
    async correctSpend(sums) {
      mirror.correct(sums);
      const entries = sums.filter(({ used }) => used > 0);
      for (let from = 0; from < entries.length; from += AT_ONCE) {
        const part = entries.slice(from, from + AT_ONCE);
        await shared((generation) => store.seed({ sums: store.nameSums(part), open: [] }, { generation, now: now() }));
      }
    },
    async readSpend(asked) {
      if (asked.length === 0) return [];
      const status = await shared(() => store.read(asked));
      if (status === undefined) return mirror.read(asked);
      learn(asked, status);
      return status;
    },
  };
  return {
    book,
    leave() {
      absence.begin();
      mirror.divide(Math.max(1, link().view.replicas));
    },
    async join(generation) {
      await seedAll({ store, mirror, untold, generation, now: now() });
      await tellAll({ store, untold, generation });
    },
    joined(generation) {
      mirror.divide(1);
      absence.end();
      return tellAll({ store, untold, generation });
    },
    async looked() {
      for (const [name, { allowance }] of watched) if (allowance.endsAt <= now()) watched.delete(name);
      const asked = [...watched.values()];
      const status = asked.length === 0 ? undefined : await shared(() => store.read(asked));
      if (status !== undefined) learn(asked, status);
    },
  };
}

type Watched = Parameters<SpendBook["readSpend"]>[0][number];

/** How long Redis has been away; at first since the start. */
interface Absence {
  begin(): void;
  end(): void;
  /** Resolves when it is back, or when it has been away for so long. */
  endOr(ms: number): Promise<void>;
}

function createAbsence(): Absence {
  let since: number | undefined = performance.now();
  const waiting = new Set<() => void>();
  return {
    begin() {
      since ??= performance.now();
    },
    end() {
      since = undefined;
      for (const resume of waiting) resume();
    },
    endOr(ms) {
      const left = since === undefined ? 0 : since + ms - performance.now();
      if (left <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const resume = (): void => {
          clearTimeout(timer);
          waiting.delete(resume);
          resolve();
        };
        const timer = setTimeout(resume, left);
        waiting.add(resume);
      });
    },
  };
}

function keepUntold(untold: Map<string, Untold>, entry: Untold): void {
  untold.set(entry.reservation.id, entry);
  for (const oldest of untold.keys()) {
    if (untold.size <= MOST_UNTOLD) break;
    untold.delete(oldest);
  }
}

interface JoinOptions {
  store: SpendStore;
  mirror: SpendSums;
  untold: Map<string, Untold>;
  generation: string;
  now: number;
}

/** Sums without what is told afterwards, and what is in flight. */
async function seedAll({ store, mirror, untold, generation, now }: JoinOptions): Promise<void> {
  const later = new Map<string, number>();
  for (const { reservation, used } of untold.values()) {
    for (const allowance of reservation.allowances) {
      const window = store.windowOf(reservation.account, allowance);
      later.set(window, (later.get(window) ?? 0) + used[allowance.unit]);
    }
  }
  const sums = mirror.entries().map(([name, { used, endsAt }]) => {
    const window = store.windowNamed(name);
    return { window, used: used - (later.get(window) ?? 0), endsAt };
  });
  const open = mirror.open();
  for (let from = 0; from < Math.max(sums.length, open.length); from += AT_ONCE) {
    const part = { sums: sums.slice(from, from + AT_ONCE), open: open.slice(from, from + AT_ONCE) };
    const answer = await store.seed(part, { generation, now });
    if (answer === "unseeded") throw new Error("Redis has been emptied again");
  }
}

async function tellAll({
  store,
  untold,
  generation,
}: Pick<JoinOptions, "store" | "untold" | "generation">): Promise<void> {
  while (untold.size > 0) {
    const some = [...untold].slice(0, AT_ONCE);
    await Promise.all(
      some.map(async ([id, { reservation, used }]) => {
        if ((await store.settle(reservation, used, generation)) === "unseeded") {
          throw new Error("Redis has been emptied again");
        }
        untold.delete(id);
      }),
    );
  }
}
