import { expect, it } from "@jest/globals";
import type { ClientPolicy } from "@switchyard/wire";

import type { Alert } from "../ledger.ts";
import { facts, HOUR, intent, settlement, TEN } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";

const ALERT: Omit<Alert, "id" | "endedAt"> = {
  at: TEN,
  kind: "hourly_cost_exceeded",
  subject: "vertex",
  message: "vertex cost $10.50 in the last hour",
  threshold: 10_000_000_000,
  actual: 10_500_000_001,
};

function client(id: string, changed: Partial<ClientPolicy> = {}): ClientPolicy {
  return {
    id,
    name: `Name of ${id}`,
    keyDigest: "ab".repeat(32),
    budgets: { day: 5_000_000_000 },
    strict: false,
    overBudget: "refuse",
    createdAt: TEN,
    source: "ledger",
    ...changed,
  };
}

export function registerKeepingCases(bench: LedgerBench): void {
  it("has everything when it is opened again", async () => {
    const ledger = await bench.create();
    await ledger.write([settlement(facts("a", { session: "s" })), intent(facts("b"))]);
    await ledger.nameProjects({ s: "/project" });
    await ledger.addAlert(ALERT);
    await ledger.writeClient(client("c1"));
    const again = await bench.reopen();
    const query = { from: 0, to: TEN + HOUR, by: ["project"], timeZone: "UTC" } as const;
    expect(await again.report(query)).toMatchObject([{ group: { project: "/project" }, requests: 1 }]);
    expect(await again.openIntents()).toBe(1);
    expect(await again.listAlerts()).toMatchObject([ALERT]);
    expect(await again.listClients()).toEqual({ revision: 1, clients: [client("c1")] });
    expect(await again.write([settlement(facts("a"))])).toMatchObject({ duplicates: 1 });
  });

  it("adds and replaces clients, and raises the revision each time", async () => {
    const ledger = await bench.create();
    expect(await ledger.listClients()).toEqual({ revision: 0, clients: [] });
    await ledger.writeClient(client("two"));
    await ledger.writeClient(client("one", { models: ["claude-*"], requestsPerMinute: 60 }));
    await ledger.writeClient(client("two", { revokedAt: TEN }));
    expect(await ledger.listClients()).toEqual({
      revision: 3,
      clients: [client("one", { models: ["claude-*"], requestsPerMinute: 60 }), client("two", { revokedAt: TEN })],
    });
  });

  it("moves a session to the project that was named last", async () => {
    const ledger = await bench.create();
    await ledger.nameProjects({});
    const sessions = Object.fromEntries(Array.from({ length: 1500 }, (_, place) => [`s${place}`, "/first"]));
    await ledger.nameProjects(sessions);
    await ledger.nameProjects({ s1: "/second" });
    await ledger.write([settlement(facts("a", { session: "s0" })), settlement(facts("b", { session: "s1" }))]);
    const rows = await ledger.report({ from: 0, to: TEN + HOUR, by: ["project"], timeZone: "UTC" });
    expect(rows.map((row) => row.group.project)).toEqual(["/first", "/second"]);
  });

  it("lists alerts newest first, from a moment on, up to a limit", async () => {
    const ledger = await bench.create();
    const added = [];
    for (const at of [TEN, TEN + 2, TEN + 1]) added.push(await ledger.addAlert({ ...ALERT, at }));
    expect(new Set(added.map((alert) => alert?.id)).size).toBe(3);
    const times = async (options?: { since?: number; limit?: number }): Promise<number[]> =>
      (await ledger.listAlerts(options)).map((alert) => alert.at - TEN);
    expect(await times()).toEqual([2, 1, 0]);
    expect(await times({ since: TEN + 1 })).toEqual([2, 1]);
    expect(await times({ limit: 1 })).toEqual([2]);
  });

  it("keeps a share of a price alert as a fraction", async () => {
    const ledger = await bench.create();
    await ledger.addAlert({ ...ALERT, kind: "price_drift", threshold: 0.05, actual: 0.0731 });
    expect(await ledger.listAlerts()).toMatchObject([{ threshold: 0.05, actual: 0.0731 }]);
  });

  it("has one open alert of a key at a time", async () => {
    const ledger = await bench.create();
    const alert = { ...ALERT, key: "hourly|vertex" };
    const first = await ledger.addAlert(alert);
    expect(first).toMatchObject({ ...alert, id: expect.any(Number) });
    expect(await ledger.addAlert({ ...alert, at: TEN + 5 })).toBeUndefined();
    expect(await ledger.addAlert({ ...alert, key: "hourly|anthropic" })).toBeDefined();
    await ledger.endAlert("hourly|vertex", TEN + 9);
    await ledger.endAlert("nothing of this key", TEN + 9);
    expect(await ledger.listAlerts({ open: true })).toMatchObject([{ key: "hourly|anthropic" }]);
    const again = await ledger.addAlert({ ...alert, at: TEN + 10 });
    expect(await ledger.listAlerts()).toEqual([
      again,
      { ...alert, id: expect.any(Number), key: "hourly|anthropic" },
      { ...first, endedAt: TEN + 9 },
    ]);
  });

  it("stays quiet about a key for as long as it is told to, though the alert has ended", async () => {
    const ledger = await bench.create();
    const alert = { ...ALERT, key: "k" };
    await ledger.addAlert(alert);
    await ledger.endAlert("k", TEN + 1);
    expect(await ledger.addAlert({ ...alert, at: TEN + HOUR - 1 }, { quietMs: HOUR })).toBeUndefined();
    expect(await ledger.addAlert({ ...alert, at: TEN + HOUR }, { quietMs: HOUR })).toMatchObject({ at: TEN + HOUR });
  });

  it("tells of a key once, of many that tell at once", async () => {
    const ledger = await bench.create();
    const told = await Promise.all(Array.from({ length: 20 }, () => ledger.addAlert({ ...ALERT, key: "k" })));
    expect(told.filter((alert) => alert !== undefined)).toHaveLength(1);
  });

  it("closes as often as it is asked to, and says so to whoever comes after", async () => {
    const ledger = await bench.create();
    await Promise.all([ledger.close(), ledger.close()]);
    await expect(ledger.write([settlement(facts("a"))])).rejects.toMatchObject({ name: "LedgerUnavailableError" });
    await expect(ledger.openIntents()).rejects.toMatchObject({ name: "LedgerUnavailableError" });
  });
}
