import { expect } from "@jest/globals";

import type {
  BucketStatus,
  Limit,
  Reservation,
  State,
  TakeCandidate,
  TakeOptions,
  TakeResult,
  TargetStatus,
} from "../state.ts";
import type { StateHarness, StateHarnessOptions } from "./state-harness.ts";

/** So long that nothing of it passes while a case runs. */
export const LONG = 3_600_000;

/** The state under test, fresh for every case, with short words for what cases do all the time. */
export class StateBench {
  readonly harness: StateHarness;
  #states: State[] = [];

  constructor(harness: StateHarness) {
    this.harness = harness;
  }

  async open(options?: StateHarnessOptions): Promise<State> {
    const state = await this.harness.create(options);
    this.#states.push(state);
    return state;
  }

  async join(): Promise<State> {
    if (this.harness.join === undefined) throw new Error("this harness has no second replica");
    const state = await this.harness.join();
    this.#states.push(state);
    return state;
  }

  async close(): Promise<void> {
    const states = this.#states;
    this.#states = [];
    await Promise.all(states.map((state) => state.close()));
  }

  get now(): number {
    return this.harness.now();
  }

  wait(milliseconds: number): Promise<void> {
    return this.harness.wait(milliseconds);
  }

  /** A fixed window that has begun just now, so that its end is far away whatever the clock says. */
  fixedWindow(limit: number, windowMs: number = LONG): Limit {
    return { resource: "requests", algorithm: "fixed_window", limit, windowMs, offsetMs: this.now % windowMs };
  }
}

export function candidate(changes: Partial<TakeCandidate> = {}): TakeCandidate {
  return {
    bucket: "north/large",
    limits: [],
    inputTokens: 100,
    outputTokens: 20,
    target: "north/large-1",
    breaker: { failureThreshold: 3, recoveryTimeoutMs: 300 },
    ...changes,
  };
}

export function requests(limit: number, changes: Partial<Limit> = {}): Limit {
  return { resource: "requests", algorithm: "sliding_window", limit, windowMs: LONG, ...changes };
}

/** Takes one candidate that is known to have room. */
export async function taken(state: State, from: TakeCandidate, options?: TakeOptions): Promise<Reservation> {
  const result = await state.take([from], options);
  if (result.reservation === undefined) throw new Error(`nothing taken: ${JSON.stringify(result.skipped)}`);
  return result.reservation;
}

/** Tries one candidate: the reason why it was skipped, or undefined when it was taken. */
export async function refused(
  state: State,
  from: TakeCandidate,
  options?: TakeOptions,
): Promise<TakeResult["skipped"][number] | undefined> {
  const result = await state.take([from], options);
  return result.reservation === undefined ? result.skipped[0] : undefined;
}

export async function fail(state: State, from: TakeCandidate, times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const reservation = await taken(state, from);
    await state.commit(reservation);
    await state.settle(reservation, { outcome: "failure" });
  }
}

export async function bucketStatus(state: State, bucket = "north/large"): Promise<BucketStatus> {
  await state.refresh();
  const status = state.snapshot().buckets.get(bucket);
  if (status === undefined) throw new Error(`the snapshot does not know ${bucket}`);
  return status;
}

export async function targetStatus(state: State, target = "north/large-1"): Promise<TargetStatus> {
  await state.refresh();
  const status = state.snapshot().targets.get(target);
  if (status === undefined) throw new Error(`the snapshot does not know ${target}`);
  return status;
}

/** What the state counts as used of a bucket's only limit for a resource. */
export async function usedOf(state: State, resource: string, bucket?: string): Promise<number> {
  const { limits } = await bucketStatus(state, bucket);
  const found = limits.filter((limit) => limit.resource === resource);
  expect(found).toHaveLength(1);
  return found[0]?.used ?? Number.NaN;
}
