import type { AlertSettings } from "@switchyard/service-kit";

import type { AgentMinute, LedgerRow } from "../ledger/ledger.ts";
import { type AlertCondition, formatDollars } from "./alert-condition.ts";

type Thresholds = Pick<AlertSettings, "runawayFactor" | "runawayNanoDollarsPerMinute">;
type SpendingRow = Pick<LedgerRow, "at" | "durationMs" | "session" | "agent" | "subscription" | "cost">;

/** What agents spend, minute by minute. */
export interface AgentSpend {
  /** `replaced`: what was observed before, and is no longer so. */
  observe(rows: readonly SpendingRow[], replaced?: readonly SpendingRow[]): void;
  /** Everything of the minute `from` and later, in place of what was observed of that time. */
  restore(minutes: readonly AgentMinute[], from: number): void;
  conditions(now: number, thresholds: Thresholds): AlertCondition[];
}

const MINUTE_MS = 60_000;
/** How far back an agent's past goes. */
const MINUTES_KEPT = 60;
/** Minutes with spending that make a past. */
const LEAST_PAST = 3;
/** The agents that were seen last; of others nothing is known. */
const MOST_AGENTS = 5000;

interface Agent {
  subject: string;
  /** Minute since the epoch → nano-dollars. */
  minutes: Map<number, number>;
}

/**
 * An agent is one of a session, or the session's main one. Its past is the average of the minutes in which it spent
 * anything, of the hour before the current minute, so that pauses make nobody a runaway. A minute is the one in which
 * an answer ended, not the one in which it was heard of: after an outage a whole queue comes at once.
 */
export function createAgentSpend(): AgentSpend {
  const agents = new Map<string, Agent>();
  return {
    observe: (rows, replaced = []) => {
      for (const row of replaced) if (isSpending(row)) addSpending(agents, row, -1);
      for (const row of rows) if (isSpending(row)) addSpending(agents, row, 1);
      forgetOldest(agents);
    },
    restore: (minutes, from) => {
      for (const { minutes: known } of agents.values()) {
        for (const minute of known.keys()) if (minute >= from) known.delete(minute);
      }
      for (const one of minutes.toSorted((left, right) => left.minute - right.minute)) {
        if (one.minute >= from) addMinute(agents, one);
      }
      forgetOldest(agents);
    },
    conditions: (now, thresholds) => {
      const minute = Math.floor(now / MINUTE_MS);
      return [...agents].flatMap(([key, agent]) => {
        const condition = judge(key, agent, minute, thresholds);
        return condition === undefined ? [] : [condition];
      });
    },
  };
}

function isSpending({ session, agent, subscription, cost }: SpendingRow): boolean {
  return (session !== undefined || agent !== undefined) && !subscription && cost.nanoDollars > 0;
}

function addSpending(agents: Map<string, Agent>, row: SpendingRow, sign: 1 | -1): void {
  const { at, durationMs = 0, session, agent, cost } = row;
  addMinute(agents, {
    ...(session === undefined ? {} : { session }),
    ...(agent === undefined ? {} : { agent }),
    minute: Math.floor((at + durationMs) / MINUTE_MS),
    nanoDollars: sign * cost.nanoDollars,
  });
}

function addMinute(agents: Map<string, Agent>, { session = "", agent, minute, nanoDollars }: AgentMinute): void {
  const key = JSON.stringify([session, agent ?? ""]);
  const known: Agent = agents.get(key) ?? {
    subject: agent === undefined ? `session ${session}` : `agent ${agent}`,
    minutes: new Map(),
  };
  // Again the last: the first of a Map is the one that goes.
  agents.delete(key);
  agents.set(key, known);
  const sum = (known.minutes.get(minute) ?? 0) + nanoDollars;
  // A minute of which nothing is left was none with spending.
  if (sum > 0) known.minutes.set(minute, sum);
  else known.minutes.delete(minute);
  if (known.minutes.size > MINUTES_KEPT) {
    for (const old of known.minutes.keys()) if (old < minute - MINUTES_KEPT) known.minutes.delete(old);
  }
}

function forgetOldest(agents: Map<string, Agent>): void {
  for (const oldest of agents.keys()) {
    if (agents.size <= MOST_AGENTS) break;
    agents.delete(oldest);
  }
}

function judge(key: string, agent: Agent, minute: number, thresholds: Thresholds): AlertCondition | undefined {
  const { runawayFactor: factor, runawayNanoDollarsPerMinute: floor } = thresholds;
  if (factor <= 0) return undefined;
  // The minute before too: what it came to is only known when it is over.
  const now = Math.max(agent.minutes.get(minute) ?? 0, agent.minutes.get(minute - 1) ?? 0);
  let sum = 0;
  let count = 0;
  for (const [at, cost] of agent.minutes) {
    if (at >= minute - 1 || at < minute - MINUTES_KEPT) continue;
    sum += cost;
    count += 1;
  }
  if (count < LEAST_PAST) return undefined;
  const average = sum / count;
  const threshold = Math.round(Math.max(average * factor, floor));
  return {
    key: `agent_runaway|${key}`,
    kind: "agent_runaway",
    subject: agent.subject,
    message: `${agent.subject} spends ${formatDollars(now)} a minute, ${(now / average).toFixed(0)} times its own ${formatDollars(average)}`,
    threshold,
    actual: now,
    over: now > threshold,
  };
}
