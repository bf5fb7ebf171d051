import type { RankedCandidate } from "@switchyard/routing";
import type { Reservation, Skip, State, TakeCandidate } from "@switchyard/state";

import type { Breakers } from "../breakers/create-breakers.ts";
import { targetOf } from "../world/targets.ts";
import type { Closed } from "./waiting-room.ts";

/** A candidate whose turn it is, with the room that was reserved for it. */
export interface Turn {
  candidate: RankedCandidate;
  reservation: Reservation;
}

/** A candidate that was passed over without being asked. */
export interface Passed {
  candidate: RankedCandidate;
  skip: Omit<Skip, "index">;
}

export interface TurnDeps {
  state: Pick<State, "take" | "snapshot">;
  breakers: Pick<Breakers, "mayAsk" | "refused">;
  toTake(candidate: RankedCandidate): TakeCandidate;
}

/** A switch that is open here was opened by the state; this is when it is worth asking again. */
const LOCAL_BREAKER_MS = 1000;
const NONE: Closed = new Map();
/**
 * From this load on a place is spared the cold prompt of a session whose own place will soon have room: it would take
 * the room of several others, who then had to move too, and all together get less done than those who wait.
 */
const SPARED_FROM = 0.9;
/** What comes within this time, ms, comes soon: a client that is told to come back finds it. */
const SOON_MS = 10_000;

/** The candidates of one request, from the first to the last; each gets its turn once, with room reserved. */
export class Turns {
  readonly #deps: TurnDeps;
  readonly #order: readonly RankedCandidate[];
  readonly #takes = new Map<RankedCandidate, TakeCandidate>();
  readonly #since = Date.now();
  #isPatient = true;
  #queue: RankedCandidate[];
  readonly #passed = new Map<RankedCandidate, Passed>();

  constructor(deps: TurnDeps, candidates: readonly RankedCandidate[]) {
    this.#deps = deps;
    this.#order = candidates;
    this.#queue = [...candidates];
  }

  /** Who has not had a turn, in order. */
  get queue(): readonly RankedCandidate[] {
    return this.#queue;
  }

  /** Who was passed over, in order. */
  get passed(): readonly Passed[] {
    return this.#order.flatMap((candidate) => this.#passed.get(candidate) ?? []);
  }

  /** Keeps these only, in this order. */
  keep(candidates: readonly RankedCandidate[]): void {
    this.#queue = [...candidates];
  }

  /**
   * The next candidate with room, in one step with its reservation; undefined: nobody has any. While the session's
   * place is worth waiting for, nobody else is asked. Of `closed` buckets nothing is taken: others wait for them.
   */
  async next(closed: Closed = NONE): Promise<Turn | undefined> {
    const awaited = this.#awaited();
    if (awaited !== undefined) {
      const turn = await this.#take([awaited], closed);
      if (turn !== undefined || this.#isWorthWaiting(awaited)) return turn;
    } else {
      // The session's place first and by itself: whether the others are asked depends on it.
      const [home] = this.#queue;
      if (home !== undefined && home === this.#order[0] && (home.patienceMs ?? 0) > 0) {
        const turn = await this.#take([home], closed);
        if (turn !== undefined) return turn;
      }
    }
    const others = this.#queue.filter((candidate) => !this.#passed.has(candidate));
    const turn = await this.#take(others, closed);
    if (turn === undefined) this.#queue = [];
    return turn;
  }

  /** The same candidate once more, for a repeat. */
  async again(candidate: RankedCandidate): Promise<Turn | undefined> {
    const { reservation } = await this.#deps.state.take([this.#toTake(candidate)]);
    return reservation === undefined ? undefined : { candidate, reservation };
  }

  /** From now on the session's place is not waited for more than any other. */
  hurry(): void {
    this.#isPatient = false;
  }

  /** When somebody who was passed over for want of room may have some, ms since the epoch. */
  earliestRoom(): number | undefined {
    const moments = [...this.#passed.values()]
      .filter(({ skip }) => skip.reason !== "breaker")
      .map(({ skip }) => skip.availableAt)
      .filter((moment) => Number.isFinite(moment));
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** The buckets that had no room. */
  fullBuckets(): Closed {
    const full = new Map<string, Passed["skip"]>();
    for (const { candidate, skip } of this.#passed.values())
      if (skip.reason === "limit") full.set(this.#toTake(candidate).bucket, skip);
    return full;
  }

  /** The buckets that would be looked at if those who were passed over had another turn. */
  wanted(): readonly string[] {
    const [awaited] = this.#waiting();
    const looked = awaited !== undefined && this.#mayWaitFor(awaited) ? [awaited] : this.#waiting();
    return looked.map((candidate) => this.#toTake(candidate).bucket);
  }

  /** Gives those who were passed over another turn. */
  reconsider(): void {
    this.#queue = this.#waiting();
    this.#passed.clear();
  }

  /** Who has not had a turn, or was passed over. */
  #waiting(): RankedCandidate[] {
    return this.#order.filter((candidate) => this.#passed.has(candidate) || this.#queue.includes(candidate));
  }

  async #take(candidates: readonly RankedCandidate[], closed: Closed): Promise<Turn | undefined> {
    const askable = candidates.filter((candidate) => this.#isAskable(candidate, closed));
    if (askable.length === 0) return undefined;
    const { reservation, skipped } = await this.#deps.state.take(askable.map((one) => this.#toTake(one)));
    for (const { index, ...skip } of skipped) this.#pass(askable[index], skip);
    const candidate = reservation === undefined ? undefined : askable[reservation.index];
    if (reservation === undefined || candidate === undefined) return undefined;
    this.#passed.delete(candidate);
    this.#queue = this.#queue.filter((one) => one !== candidate && !this.#passed.has(one));
    return { candidate, reservation };
  }

  #awaited(): RankedCandidate | undefined {
    const [first] = this.#queue;
    return first !== undefined && this.#mayWaitFor(first) ? first : undefined;
  }

  #mayWaitFor({ patienceMs = 0 }: RankedCandidate): boolean {
    return this.#isPatient && Date.now() < this.#since + patienceMs;
  }

  #isWorthWaiting(candidate: RankedCandidate): boolean {
    const skip = this.#passed.get(candidate)?.skip;
    if (skip === undefined || skip.reason === "breaker") return false;
    return skip.availableAt <= this.#since + (candidate.patienceMs ?? 0);
  }

  #isAskable(candidate: RankedCandidate, closed: Closed): boolean {
    if (!this.#deps.breakers.mayAsk(targetOf(candidate))) {
      this.#pass(candidate, { reason: "breaker", availableAt: Date.now() + LOCAL_BREAKER_MS });
      return false;
    }
    const skip = closed.get(this.#toTake(candidate).bucket) ?? this.#whySpared(candidate);
    if (skip !== undefined) this.#pass(candidate, skip);
    return skip === undefined;
  }

  /** The session's own place will have room before long, this one has little left, and knows nothing of the prompt. */
  #whySpared(candidate: RankedCandidate): Passed["skip"] | undefined {
    const [home] = this.#order;
    if (home === undefined || candidate === home || (home.patienceMs ?? 0) <= 0) return undefined;
    const skip = this.#passed.get(home)?.skip;
    if (skip?.reason !== "limit" || skip.availableAt > Date.now() + SOON_MS) return undefined;
    const { cachedTokens = 0 } = candidate.estimatedUse;
    const load = this.#deps.state.snapshot().buckets.get(this.#toTake(candidate).bucket)?.load ?? 0;
    return cachedTokens === 0 && load >= SPARED_FROM ? { reason: "limit", availableAt: skip.availableAt } : undefined;
  }

  #pass(candidate: RankedCandidate | undefined, skip: Passed["skip"]): void {
    if (candidate === undefined) return;
    this.#passed.set(candidate, { candidate, skip });
    if (skip.reason === "breaker") this.#deps.breakers.refused(targetOf(candidate));
  }

  #toTake(candidate: RankedCandidate): TakeCandidate {
    let take = this.#takes.get(candidate);
    if (take === undefined) {
      take = this.#deps.toTake(candidate);
      this.#takes.set(candidate, take);
    }
    return take;
  }
}
