import type { RankedCandidate } from "@switchyard/routing";
import type { Spend, SpendReservation, SpendStatus } from "@switchyard/state";
import { type AttemptFacts, type GatewayError, HEADERS, type TokenUsage } from "@switchyard/wire";

import type { UsageTicket } from "../usage/usage-recorder.ts";
import { budgetHeaders, safe } from "./budget-headers.ts";
import type { Holder } from "./budget-words.ts";

/** A request that was let in; whoever let it in closes it when it is over, however it ended. */
export interface BudgetEntry {
  /** In place of those that were planned: the budget is used up, and these are cheaper. */
  readonly candidates?: readonly RankedCandidate[];
  /** For the answer: that a budget is nearly used up, or that something cheaper answers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Counts what the attempt costs when its ticket is settled. */
  watch(ticket: UsageTicket): UsageTicket;
  /** Before each attempt: why there must be none. Earlier ones may have cost something. */
  beforeAttempt(): Promise<GatewayError | undefined>;
  /** The truth in place of what was reserved. Once; again is without effect. Never rejects. */
  close(): Promise<void>;
}

/** Nothing is limited, so nothing is counted. */
export const UNLIMITED_ENTRY: BudgetEntry = Object.freeze({
  headers: Object.freeze({}),
  watch: (ticket: UsageTicket) => ticket,
  beforeAttempt: async () => undefined,
  close: async () => {},
});

export interface BudgetEntryOptions {
  /** Grows when more is reserved. */
  held: readonly { wish: { holder: Holder }; reservation: SpendReservation; status: readonly SpendStatus[] }[];
  cheaper?: { candidates: readonly RankedCandidate[]; warning: string };
  timeZone: string;
  costOf: (attempt: AttemptFacts, usage: TokenUsage) => number;
  settle: (reservation: SpendReservation, used: Spend) => Promise<void>;
  /** With a strict budget only: what an attempt has cost is missing for the next. */
  reserveMore?: (nanoDollars: number) => Promise<GatewayError | undefined>;
}

const NOTHING: Spend = { nanoDollars: 0, requests: 0, tokens: 0 };

export function createBudgetEntry(options: BudgetEntryOptions): BudgetEntry {
  const { held, cheaper, costOf, settle, reserveMore } = options;
  const used: Spend = { ...NOTHING };
  let covered = 0;
  let closing: Promise<void> | undefined;

  const settleAll = async (): Promise<void> => {
    // More than one reservation of an account: the whole use belongs to the first, the others only held room.
    const accounts = new Set<string>();
    const truths = held.map(({ reservation }) => {
      const key = `${reservation.account} ${reservation.allowances.map(({ name }) => name).join()}`;
      const truth = accounts.has(key) ? NOTHING : used;
      accounts.add(key);
      return settle(reservation, truth);
    });
    await Promise.all(truths);
  };

  return {
    ...(cheaper === undefined ? {} : { candidates: cheaper.candidates }),
    headers:
      cheaper === undefined
        ? budgetHeaders(
            held.flatMap(({ wish, status }) =>
              status
                .filter(({ allowance }) => allowance.unit === "nanoDollars")
                .map((one) => ({ holder: wish.holder, status: one })),
            ),
            options.timeZone,
          )
        : { [HEADERS.warning]: safe(cheaper.warning) },
    watch(ticket) {
      used.requests = 1;
      let settled = false;
      return {
        attempt: ticket.attempt,
        get ended() {
          return ticket.ended;
        },
        settle(ending) {
          ticket.settle(ending);
          if (settled) return;
          settled = true;
          used.nanoDollars += costOf(ticket.attempt, ending.usage);
          used.tokens += tokensOf(ending.usage);
        },
      };
    },
    async beforeAttempt() {
      const missing = used.nanoDollars - covered;
      if (reserveMore === undefined || missing <= 0) return undefined;
      covered = used.nanoDollars;
      return reserveMore(missing);
    },
    close: () => (closing ??= settleAll()),
  };
}

function tokensOf({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output }: TokenUsage): number {
  return uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h + output;
}
