import type { LimitObservation } from "@switchyard/wire";
import type { Limit, Reservation, Settlement, Skip, TakeCandidate, TakeResult } from "../state.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { LimitText } from "./limit-texts.ts";
import type { ScriptRunner } from "./script-runner.ts";

/** Atomic steps on limits, breakers and rests, as scripts. Every method rejects with StoreAwayError. */
export interface SharedStore {
  /** "unseeded": Redis has been emptied, or is another one. */
  take(candidates: readonly TakeCandidate[], wish: TakeWish): Promise<TakeResult | "unseeded">;
  commit(reservation: Reservation, observations: readonly LimitObservation[]): Promise<void>;
  settle(reservation: Reservation, settlement: Settlement, times: { observedAt: number; now: number }): Promise<void>;
  renew(reservations: readonly { reservation: Reservation; leaseMs: number }[]): Promise<void>;
}

export interface TakeWish {
  generation: string;
  id: string;
  dice: number;
  leaseMs: number;
}

export interface SharedStoreOptions {
  runner: ScriptRunner;
  keys: KeyBuilder;
  /** 0…1 */
  random: () => number;
  textOf: (limits: readonly Limit[]) => LimitText;
}

const UNSEEDED = -1;
const UNDEFINED_LIMITS = -2;
const SKIP_FIELDS = 4;
const LONGEST_MESSAGE = 500;
const NOTHING_USED = { outcome: "neutral", used: { requests: 0, inputTokens: 0, outputTokens: 0 } } as const;

export function createSharedStore({ runner, keys, random, textOf }: SharedStoreOptions): SharedStore {
  const store: SharedStore = {
    async take(candidates, wish) {
      const undo = (answer: unknown): void => {
        const { reservation } = readTake(answer, candidates, wish.id);
        if (reservation === undefined) return;
        // nobody knows of it: if this fails too, its lease ends
        store.settle(reservation, NOTHING_USED, { observedAt: 0, now: 0 }).catch(() => {});
      };
      let answer = await runner.run("take", keys.shared, takeArguments(false), undo);
      if (codeOf(answer) === UNDEFINED_LIMITS) {
        answer = await runner.run("take", keys.shared, takeArguments(true), undo);
      }
      return codeOf(answer) === UNSEEDED ? "unseeded" : readTake(answer, candidates, wish.id);

      function takeArguments(defining: boolean): string[] {
        const args = [wish.generation, wish.id, String(wish.dice), String(wish.leaseMs)];
        for (const candidate of candidates) {
          const { digest, text } = textOf(candidate.limits);
          const { failureThreshold, recoveryTimeoutMs } = candidate.breaker;
          args.push(
            candidate.bucket,
            candidate.target,
            digest,
            defining ? text : "",
            amount(candidate.inputTokens),
            amount(candidate.outputTokens),
            String(failureThreshold),
            String(recoveryTimeoutMs),
          );
        }
        return args;
      }
    },
    async commit(reservation, observations) {
      const told = observations.length === 0 ? "" : JSON.stringify(observations);
      await runner.run("commit", keys.shared, [leaseOf(reservation), reservation.probe ? "1" : "0", told, "0"]);
    },
    async settle(reservation, settlement, times) {
      await runner.run("settle", keys.shared, settleArguments(reservation, settlement, { ...times, random: random() }));
    },
    async renew(reservations) {
      if (reservations.length === 0) return;
      const args = reservations.flatMap(({ reservation, leaseMs }) => [
        leaseOf(reservation),
        String(leaseMs),
        reservation.probe ? "1" : "0",
      ]);
      await runner.run("renew", keys.shared, args);
    },
  };
  return store;
}

/** All that giving a reservation back needs, as one member of the set of leases; the scripts build the same. */
export function leaseOf({ id, bucket, target, candidate, takenAt }: Reservation): string {
  return [id, bucket, target, amount(candidate.inputTokens), amount(candidate.outputTokens), takenAt].join("\n");
}

function amount(tokens: number): string {
  return tokens > 0 && Number.isFinite(tokens) ? String(Math.ceil(tokens)) : "0";
}

function settleArguments(
  reservation: Reservation,
  settlement: Settlement,
  times: { observedAt: number; now: number; random: number },
): string[] {
  const { used, observations = [], rest, firstTokenMs, outputTokensPerSecond } = settlement;
  const { failureThreshold, recoveryTimeoutMs } = reservation.candidate.breaker;
  return [
    leaseOf(reservation),
    settlement.outcome,
    reservation.probe ? "1" : "0",
    ...(used === undefined
      ? ["", "", ""]
      : [String(used.requests), amount(used.inputTokens), amount(used.outputTokens)]),
    observations.length === 0 ? "" : JSON.stringify(observations),
    String(Math.max(0, times.now - times.observedAt)),
    rest === undefined ? "" : JSON.stringify({ ...rest, message: rest.message.slice(0, LONGEST_MESSAGE) }),
    rest === undefined ? "" : String(times.random),
    firstTokenMs === undefined ? "" : String(firstTokenMs),
    outputTokensPerSecond === undefined ? "" : String(outputTokensPerSecond),
    String(failureThreshold),
    String(recoveryTimeoutMs),
  ];
}

function codeOf(answer: unknown): unknown {
  return Array.isArray(answer) ? answer[0] : undefined;
}

function readTake(answer: unknown, candidates: readonly TakeCandidate[], id: string): TakeResult {
  if (!Array.isArray(answer) || Number(answer[0]) < 0) return { skipped: [] };
  const [number, probe, takenAt] = answer as number[];
  const skipped: Skip[] = [];
  for (let at = 3; at < answer.length; at += SKIP_FIELDS) skipped.push(readSkip(answer.slice(at, at + SKIP_FIELDS)));
  const index = Number(number) - 1;
  const candidate = candidates[index];
  if (candidate === undefined) return { skipped };
  const { bucket, target } = candidate;
  const place = { id, index, bucket, target, probe: probe === 1, candidate };
  return { reservation: { ...place, takenAt: Number(takenAt), local: false }, skipped };
}

function readSkip(fields: readonly unknown[]): Skip {
  const [number, reason, resource, moment] = fields as [
    number,
    Skip["reason"],
    NonNullable<Skip["resource"]> | "",
    number,
  ];
  const skip: Skip = { index: number - 1, reason, availableAt: moment < 0 ? Number.POSITIVE_INFINITY : moment };
  if (resource !== "") skip.resource = resource;
  return skip;
}
