import type { RankedCandidate } from "@switchyard/routing";
import type { Reservation, Skip, State, TakeCandidate } from "@switchyard/state";

import type { Breakers } from "../breakers/create-breakers.ts";
import { targetOf } from "../world/targets.ts";
import type { ProviderSlots } from "./provider-slots.ts";

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
  state: Pick<State, "take">;
  breakers: Pick<Breakers, "mayAsk" | "refused">;
  slots: Pick<ProviderSlots, "hasRoom">;
  toTake(candidate: RankedCandidate): TakeCandidate;
}

/** A switch that is open here was opened by the state; this is when it is worth asking again. */
const LOCAL_BREAKER_MS = 1000;
/** A provider with as many requests as it may have: answers end all the time. */
const SLOT_MS = 100;

/** The candidates of one request, from the first to the last; each gets its turn once, with room reserved. */
export class Turns {
  readonly #deps: TurnDeps;
  readonly #order: readonly RankedCandidate[];
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

  /** The next candidate with room, in one step with its reservation; undefined: nobody has any. */
  async next(): Promise<Turn | undefined> {
    const askable = this.#queue.filter((candidate) => this.#isAskable(candidate));
    if (askable.length === 0) return this.#exhaust();
    const { reservation, skipped } = await this.#deps.state.take(askable.map((one) => this.#deps.toTake(one)));
    for (const { index, ...skip } of skipped) this.#pass(askable[index], skip);
    const candidate = reservation === undefined ? undefined : askable[reservation.index];
    if (reservation === undefined || candidate === undefined) return this.#exhaust();
    this.#passed.delete(candidate);
    this.#queue = this.#queue.filter((one) => one !== candidate && !this.#passed.has(one));
    return { candidate, reservation };
  }

  /** The same candidate once more, for a repeat. */
  async again(candidate: RankedCandidate): Promise<Turn | undefined> {
    const { reservation } = await this.#deps.state.take([this.#deps.toTake(candidate)]);
    return reservation === undefined ? undefined : { candidate, reservation };
  }

  /** When somebody who was passed over for want of room may have some, ms since the epoch. */
  earliestRoom(): number | undefined {
    const moments = [...this.#passed.values()]
      .filter(({ skip }) => skip.reason !== "breaker")
      .map(({ skip }) => skip.availableAt)
      .filter((moment) => Number.isFinite(moment));
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Gives those who were passed over another turn. */
  reconsider(): void {
    this.#queue = this.#order.filter((candidate) => this.#passed.has(candidate));
    this.#passed.clear();
  }

  #isAskable(candidate: RankedCandidate): boolean {
    if (!this.#deps.breakers.mayAsk(targetOf(candidate))) {
      this.#pass(candidate, { reason: "breaker", availableAt: Date.now() + LOCAL_BREAKER_MS });
      return false;
    }
    if (this.#deps.slots.hasRoom(candidate.provider)) return true;
    this.#pass(candidate, { reason: "limit", resource: "concurrency", availableAt: Date.now() + SLOT_MS });
    return false;
  }

  #pass(candidate: RankedCandidate | undefined, skip: Passed["skip"]): void {
    if (candidate === undefined) return;
    this.#passed.set(candidate, { candidate, skip });
    if (skip.reason === "breaker") this.#deps.breakers.refused(targetOf(candidate));
  }

  #exhaust(): undefined {
    this.#queue = [];
    return undefined;
  }
}
