import type { FailureName, LimitedResource, LimitObservation, Rejection } from "@switchyard/wire";

/**
 * What the replicas of a gateway share, in the words of the domain. Two implementations: in memory for one gateway,
 * on Redis for many; one conformance suite holds both. No call takes longer than the command timeout, and none throws
 * because a store is away: what the store cannot say is answered from this gateway's own share.
 */
export interface State extends SpendBook {
  /** The first of the ranked candidates that has room is reserved, in one atomic step. */
  take(candidates: readonly TakeCandidate[], options?: TakeOptions): Promise<TakeResult>;
  /**
   * First real output of a reserved attempt: closes a half-open breaker and frees its probe lease. Does not end the
   * count of failures: an answer can still break off. `observations` are what its headers say of the limits: told
   * now, they correct the count while they are fresh.
   */
  commit(reservation: Reservation, observations?: readonly LimitObservation[]): Promise<void>;
  /** The end of a reserved attempt: truth in place of the estimate. Once per reservation; again is harmless. */
  settle(reservation: Reservation, settlement: Settlement): Promise<void>;
  /** Keeps a reservation of a long answer from expiring. Called by the owner every `leaseMs / 3`. */
  renew(reservations: readonly Reservation[]): Promise<void>;

  /** What is known of every bucket, breaker and target, at most 1 s old; never waits. */
  snapshot(): Snapshot;
  /** Resolves when the snapshot has been read anew. */
  refresh(): Promise<void>;

  /** Health as an active check or an operator sees it: opens or closes a breaker at once. */
  setBreaker(target: string, state: "open" | "closed", reason: string): Promise<void>;

  /** Ends the rests that last until something changes: of one provider, or of all. Their return is at once and whole. */
  wake(provider?: string): Promise<void>;

  readSession(key: string): Promise<SessionPlace[]>;
  /** Bounded: sessions expire, and the least recently used go first in memory. */
  writeSession(key: string, place: SessionPlace): Promise<void>;

  /** Learns that a target refuses a field or a beta. */
  learn(target: string, rejection: Rejection, expiresAt: number): Promise<void>;
  forget(target: string): Promise<void>;

  /** The next number of a counter that all replicas share (round robin). */
  nextTurn(name: string): Promise<number>;
  /** Small values that are changed at run time and outlive restarts: strategy, providers switched off. */
  readSwitches(): Promise<Readonly<Record<string, string>>>;
  /** undefined removes it. In every replica's snapshot within a second. */
  writeSwitch(name: string, value: string | undefined): Promise<void>;

  /** Keeps a record of a decision for an hour. `record` is JSON text of at most 4 KB; the oldest go first. */
  keepRecord(id: string, record: string): void;
  readRecord(id: string): Promise<string | undefined>;
  /** Of the records that are kept the newest, newest first. */
  recentRecords(limit: number): Promise<readonly string[]>;

  close(): Promise<void>;
}

/** What is spent against allowances: budgets and per-minute limits of whoever asks. */
export interface SpendBook {
  /**
   * Takes an amount from every allowance of an account in one atomic step, or from none of them. Without `strict` it is
   * given while anything is left, so that an allowance is passed by no more than what was in flight when it was reached;
   * with it only where all of it fits.
   */
  reserveSpend(request: SpendRequest): Promise<SpendResult>;
  /** The truth in place of what was reserved. Once per reservation; again is harmless. */
  settleSpend(reservation: SpendReservation, used: Spend): Promise<void>;
  /** What the ledger knows of a window. Sums only rise by it: what is settled here may not have reached the ledger. */
  correctSpend(sums: readonly SpendSum[]): Promise<void>;
  /** Used and reserved of each allowance, in the order asked for. */
  readSpend(asked: readonly { account: string; allowance: Allowance }[]): Promise<SpendStatus[]>;
}

export interface Spend {
  nanoDollars: number;
  requests: number;
  tokens: number;
}

/** How much of a unit may be used between two moments. */
export interface Allowance {
  /** "hour", "day", "month", "requests per minute": unique within an account. */
  name: string;
  unit: keyof Spend;
  limit: number;
  /** ms since the epoch, the end exclusive. A window that has another start is a new one. */
  startsAt: number;
  endsAt: number;
}

export interface SpendRequest {
  /** "client <id>", "mesh". */
  account: string;
  allowances: readonly Allowance[];
  amount: Spend;
  strict: boolean;
  /** After this a reservation that was not settled is given back: its owner is dead. Default 900,000 ms. */
  leaseMs?: number;
}

export interface SpendReservation {
  readonly id: string;
  readonly account: string;
  readonly allowances: readonly Allowance[];
  readonly amount: Spend;
  /** Taken from what this gateway knew while the store was away. */
  readonly local: boolean;
}

/** Of one allowance; after a reservation with what it holds. */
export interface SpendStatus {
  allowance: Allowance;
  used: number;
  reserved: number;
}

export type SpendResult =
  | { kind: "reserved"; reservation: SpendReservation; status: readonly SpendStatus[] }
  /** The first allowance without room. */
  | { kind: "refused"; exceeded: SpendStatus; status: readonly SpendStatus[] };

/** The ledger's sum of one window. */
export interface SpendSum {
  account: string;
  allowance: Pick<Allowance, "name" | "unit" | "startsAt" | "endsAt">;
  used: number;
}

export type LimitAlgorithm = "token_bucket" | "fixed_window" | "sliding_window";

/** One limit as the provider enforces it. */
export interface Limit {
  resource: LimitedResource;
  algorithm: LimitAlgorithm;
  /** Units per window; of "concurrency": at the same time (algorithm and window do not matter). */
  limit: number;
  windowMs: number;
  /** token_bucket: capacity; default: `limit`. */
  burst?: number;
  /** Beside the window, no more than its share in any window of this length (Azure: 1 s, 10 s). */
  subWindowMs?: number;
  /** "concurrency": counted over all buckets of the provider together. Default: of the bucket. */
  scope?: "bucket" | "provider";
  /** fixed_window: where windows begin, ms after the epoch modulo windowMs (midnight of the provider's day). */
  offsetMs?: number;
}

/** One place where an attempt could go, with what it would take. */
export interface TakeCandidate {
  /** Quota bucket: "<provider>/<bucket of the catalogue>". Candidates of one bucket share its limits. */
  bucket: string;
  limits: readonly Limit[];
  /** Estimated tokens. Requests and concurrency count 1 each. */
  inputTokens: number;
  outputTokens: number;
  /** The breaker's key: "<provider>/<upstream model id>". */
  target: string;
  breaker: { failureThreshold: number; recoveryTimeoutMs: number };
}

export interface TakeOptions {
  /** 0…1 from the caller: decides who passes to a bucket that returns by steps. Default: a random number. */
  dice?: number;
  /** After this without renewal a reservation is taken for its owner's death. Default 30,000 ms. */
  leaseMs?: number;
}

export interface Reservation {
  readonly id: string;
  /** Index into the list given to `take`. */
  readonly index: number;
  readonly bucket: string;
  readonly target: string;
  /** This attempt tries out a breaker that was open. */
  readonly probe: boolean;
  /** Enough to settle wherever it was taken. */
  readonly candidate: TakeCandidate;
  /** ms since the epoch. */
  readonly takenAt: number;
  /** Taken from this gateway's own share while the store was away. */
  readonly local: boolean;
}

export type SkipReason = "limit" | "resting" | "breaker" | "returning";

export interface Skip {
  index: number;
  reason: SkipReason;
  /** Of "limit". */
  resource?: LimitedResource;
  /** When it can be asked again at the earliest, ms since the epoch; Infinity: not before something changes. */
  availableAt: number;
}

export interface TakeResult {
  /** Absent: nobody has room. */
  reservation?: Reservation;
  skipped: readonly Skip[];
}

/** How an attempt ended, for its breaker. Neutral: the client's own fault, its leaving; counts nowhere. */
export type AttemptOutcome = "success" | "failure" | "neutral";

export interface Settlement {
  outcome: AttemptOutcome;
  /** What the upstream counted; absent: the estimate stands. All zero where the request never reached it. */
  used?: { requests: number; inputTokens: number; outputTokens: number };
  /** What its answer said of its limits. */
  observations?: readonly LimitObservation[];
  /** When that was said, ms since the epoch. Default: when the reservation was committed, else now. */
  observedAt?: number;
  /** After a 429, an outage of the credential, a missing model: who rests, and until when. */
  rest?: RestOrder;
  /** For latencies; absent where there was no output. */
  firstTokenMs?: number;
  outputTokensPerSecond?: number;
}

export interface RestOrder {
  scope: "provider" | "bucket" | "target";
  failure: FailureName;
  message: string;
  /** ms since the epoch; absent: exponential backoff with jitter, per scope, 1 s…60 s. "change": until woken. */
  until?: number | "change";
}

export interface Rest {
  failure: FailureName;
  message: string;
  /** ms since the epoch; absent: until something changes. */
  until?: number;
}

export interface LimitStatus {
  resource: LimitedResource;
  /** Absent of "concurrency". */
  algorithm?: LimitAlgorithm;
  windowMs: number;
  limit: number;
  /** Reserved and settled, as the state counts, corrected by what the upstream says. */
  used: number;
  /** ms since the epoch: when the window is as if nothing had been used. */
  resetAt: number;
}

export interface BucketStatus {
  limits: readonly LimitStatus[];
  /** 0…1 of the fullest limit; undefined: no limit is known. */
  load: number | undefined;
  rest?: Rest;
  /** 0.1, 0.25, 0.5, 1: the part of its traffic that a bucket gets which comes back after a rest. */
  share: number;
  /** Fullest window of a subscription, 0…1 used, with its reset; from the unified headers. */
  utilization?: { used: number; resetAt?: number };
}

export interface TargetStatus {
  breaker: "closed" | "open" | "half_open";
  failuresInRow: number;
  /** ms since the epoch; of an open breaker. */
  openUntil?: number;
  rest?: Rest;
  /** Moving averages over about ten minutes; undefined: nothing is known. */
  firstTokenMs?: number;
  outputTokensPerSecond?: number;
  /** Output tokens of whole answers; in the same window. */
  output?: { mean: number; deviation: number };
  /** 0…1 over the last ten minutes. */
  successRate?: number;
  /** Attempts in the last ten minutes. */
  attempts: number;
  /** What it has refused: left out for it. */
  rejections: readonly (Rejection & { expiresAt: number })[];
}

export interface Snapshot {
  /** ms since the epoch. */
  readonly takenAt: number;
  readonly buckets: ReadonlyMap<string, BucketStatus>;
  readonly targets: ReadonlyMap<string, TargetStatus>;
  /** Rests of whole providers. */
  readonly providers: ReadonlyMap<string, Rest>;
  readonly switches: Readonly<Record<string, string>>;
  /** Gateways alive; 1 in memory. */
  readonly replicas: number;
  /** "shared": Redis answers; "alone": it does not, this gateway goes on with its share; "memory". */
  readonly store: "memory" | "shared" | "alone";
}

/** Where a session (or one of its agents) has a warm prompt cache. */
export interface SessionPlace {
  provider: string;
  /** Upstream model id. */
  model: string;
  /** ms since the epoch: last answer there. */
  usedAt: number;
  /** ms since the epoch: the cache is cold from then on. */
  warmUntil: number;
  /** Tokens of the prompt that was last sent, all buckets, and its body's bytes. */
  promptTokens: number;
  promptBytes: number;
  /** Tokens of it that the cache covers (read + written). */
  cachedTokens: number;
  /** Last answers' lengths, tokens, newest first, at most 8. */
  outputs: readonly number[];
}
