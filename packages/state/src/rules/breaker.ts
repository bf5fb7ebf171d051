import type { AttemptOutcome } from "../state.ts";

/** When nobody has said otherwise. */
export const DEFAULT_RECOVERY_TIMEOUT_MS = 60_000;

export interface BreakerRecord {
  /** Consecutive failures. */
  readonly failures: number;
  /** Not closed; ms since the epoch: from then on it may be tried. */
  readonly openUntil?: number;
  /** Who tries it out, and how long nobody else may. */
  readonly probe?: { readonly id: string; readonly until: number };
  /** Of the last attempt; an operator who opens it opens it for as long. */
  readonly recoveryTimeoutMs?: number;
}

export const CLOSED_BREAKER: BreakerRecord = Object.freeze({ failures: 0 });

export function breakerState(record: BreakerRecord, now: number): "closed" | "open" | "half_open" {
  if (record.openUntil === undefined) return "closed";
  return record.openUntil > now ? "open" : "half_open";
}

/** Whether an attempt may pass, and as a probe; else when to ask again. */
export function breakerGate(
  record: BreakerRecord,
  now: number,
): { passes: boolean; probe: boolean; availableAt: number } {
  if (record.openUntil === undefined) return { passes: true, probe: false, availableAt: now };
  if (record.openUntil > now) return { passes: false, probe: false, availableAt: record.openUntil };
  const turn = record.probe?.until ?? 0;
  return turn > now
    ? { passes: false, probe: false, availableAt: turn }
    : { passes: true, probe: true, availableAt: now };
}

/** Gives the turn to a reservation: for one recovery time, or as long as its owner lives. */
export function startProbe(
  record: BreakerRecord,
  probe: { id: string; now: number; leaseMs: number; recoveryTimeoutMs: number },
): BreakerRecord {
  const until = probe.now + Math.min(probe.leaseMs, probe.recoveryTimeoutMs);
  return { ...record, probe: { id: probe.id, until }, recoveryTimeoutMs: probe.recoveryTimeoutMs };
}

/** The owner lives: its turn goes on, yet never past one recovery time after it was taken. */
export function renewProbe(
  record: BreakerRecord,
  probe: { id: string; takenAt: number; leaseUntil: number; recoveryTimeoutMs: number },
): BreakerRecord {
  if (record.probe?.id !== probe.id) return record;
  const until = Math.min(probe.leaseUntil, probe.takenAt + probe.recoveryTimeoutMs);
  return { ...record, probe: { id: probe.id, until } };
}

/** First output of a probe: it works. Of anyone else: says nothing that counts. */
export function commitBreaker(record: BreakerRecord, attempt: { probe: boolean }): BreakerRecord {
  if (!attempt.probe || record.openUntil === undefined) return record;
  return closed(record);
}

export interface EndedAttempt {
  id: string;
  probe: boolean;
  outcome: AttemptOutcome;
  now: number;
  failureThreshold: number;
  recoveryTimeoutMs: number;
}

/** The breaker after an attempt's end. */
export function settleBreaker(record: BreakerRecord, attempt: EndedAttempt): BreakerRecord {
  if (record.openUntil === undefined) return settleClosed(record, attempt);
  if (!attempt.probe) return record;
  const mine = record.probe?.id === attempt.id;
  switch (attempt.outcome) {
    case "success":
      return closed(record);
    case "neutral":
      return mine ? withoutProbe(record) : record;
    case "failure":
      // somebody else has taken the turn over: its end decides
      return mine || (record.probe?.until ?? 0) <= attempt.now ? opened(record, attempt) : record;
  }
}

/** As an operator or a check sees it. */
export function setBreakerRecord(record: BreakerRecord, state: "open" | "closed", now: number): BreakerRecord {
  if (state === "closed") return closed(record);
  const recoveryTimeoutMs = record.recoveryTimeoutMs ?? DEFAULT_RECOVERY_TIMEOUT_MS;
  return { failures: record.failures, openUntil: now + recoveryTimeoutMs, recoveryTimeoutMs };
}

function settleClosed(record: BreakerRecord, attempt: EndedAttempt): BreakerRecord {
  if (attempt.outcome === "neutral") return record;
  if (attempt.outcome === "success") return closed(record);
  const failed = { ...record, failures: record.failures + 1 };
  return failed.failures >= attempt.failureThreshold ? opened(record, attempt) : failed;
}

function opened(record: BreakerRecord, attempt: EndedAttempt): BreakerRecord {
  const { now, recoveryTimeoutMs } = attempt;
  return { failures: record.failures + 1, openUntil: now + recoveryTimeoutMs, recoveryTimeoutMs };
}

function closed(record: BreakerRecord): BreakerRecord {
  const { recoveryTimeoutMs } = record;
  return recoveryTimeoutMs === undefined ? CLOSED_BREAKER : { failures: 0, recoveryTimeoutMs };
}

function withoutProbe(record: BreakerRecord): BreakerRecord {
  const { probe: _, ...rest } = record;
  return rest;
}
