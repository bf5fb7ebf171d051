import { describe, expect, it } from "@jest/globals";

import { ledgerRow } from "../testing/usage-events.ts";
import { createAgentSpend } from "./agent-spend.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-21T10:00:00Z");
const DOLLAR = 1e9;
const THRESHOLDS = { runawayFactor: 10, runawayNanoDollarsPerMinute: DOLLAR };

interface Spent {
  minute: number;
  dollars: number;
  session?: string;
  agent?: string;
  subscription?: boolean;
}

function judged(spent: readonly Spent[], nowMinute: number, thresholds = THRESHOLDS) {
  const agents = createAgentSpend();
  agents.observe(
    spent.map(({ minute, dollars, session = "s1", agent = "a1", subscription = false }) =>
      ledgerRow({
        at: START + minute * MINUTE,
        durationMs: 1000,
        session,
        agent,
        subscription,
        cost: { nanoDollars: dollars * DOLLAR },
      }),
    ),
  );
  return agents.conditions(START + nowMinute * MINUTE + 30_000, thresholds);
}

const steady = (minutes: number, dollars = 0.2): Spent[] =>
  Array.from({ length: minutes }, (_, minute) => ({ minute, dollars }));

describe("an agent runs away", () => {
  it.each([
    ["at its usual rate", 0.2, false],
    ["at ten times its usual", 2, false],
    ["above ten times its usual", 2.1, true],
  ])("%s: %d dollars a minute", (_what, dollars, over) => {
    const [condition] = judged([...steady(5), { minute: 5, dollars }], 5);
    expect(condition).toMatchObject({ over, kind: "agent_runaway", subject: "agent a1" });
  });

  it("only above the floor", () => {
    const [condition] = judged([...steady(5, 0.001), { minute: 5, dollars: 0.9 }], 5);
    expect(condition).toMatchObject({ over: false, threshold: DOLLAR });
  });

  it("only with a past of its own", () => {
    expect(judged([...steady(2), { minute: 2, dollars: 90 }], 2)).toEqual([]);
    expect(judged([{ minute: 0, dollars: 90 }], 0)).toEqual([]);
  });

  it("is compared with minutes in which it spent something: a pause makes no runaway", () => {
    const spent = [...steady(4, 1), { minute: 50, dollars: 1.5 }];
    expect(judged(spent, 50)).toEqual([expect.objectContaining({ over: false })]);
  });

  it("is told of the minute before too, which may have ended between two looks", () => {
    const spent = [...steady(5), { minute: 5, dollars: 30 }];
    expect(judged(spent, 6)).toEqual([expect.objectContaining({ over: true, actual: 30 * DOLLAR })]);
    expect(judged(spent, 7)).toEqual([expect.objectContaining({ over: false })]);
  });

  it("is no other agent of the same session, nor the same name in another session", () => {
    const spent = [
      ...steady(5),
      { minute: 5, dollars: 30, agent: "a2" },
      { minute: 5, dollars: 30, session: "s2" },
      { minute: 5, dollars: 0.2 },
    ];
    expect(judged(spent, 5)).toEqual([expect.objectContaining({ subject: "agent a1", over: false })]);
  });

  it("by the time an answer ended: a backlog that comes at once is no runaway", () => {
    expect(judged(steady(60), 60)).toEqual([expect.objectContaining({ over: false })]);
  });

  it("never where its subscription pays, and never with the factor 0", () => {
    const burst = [...steady(5), { minute: 5, dollars: 90 }];
    expect(
      judged(
        burst.map((spent) => ({ ...spent, subscription: true })),
        5,
      ),
    ).toEqual([]);
    expect(judged(burst, 5, { ...THRESHOLDS, runawayFactor: 0 })).toEqual([]);
  });

  it("is watched in bounded memory, the last seen stay", () => {
    const agents = createAgentSpend();
    const row = (session: string, minute: number) =>
      ledgerRow({ session, at: START + minute * MINUTE, cost: { nanoDollars: DOLLAR } });
    for (let minute = 0; minute < 5; minute += 1) agents.observe([row("old", minute), row("kept", minute)]);
    for (let index = 0; index < 4999; index += 1) agents.observe([row(`s${index}`, 4)]);
    const subjects = agents.conditions(START + 5 * MINUTE, THRESHOLDS).map(({ subject }) => subject);
    expect(subjects).toEqual(["session kept"]);
  });
});
