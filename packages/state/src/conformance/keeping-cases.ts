import { expect, it } from "@jest/globals";

import type { SessionPlace } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { candidate, LONG, taken, targetStatus } from "./state-bench.ts";

export function registerKeepingCases(bench: StateBench): void {
  const place = (changes: Partial<SessionPlace> = {}): SessionPlace => ({
    provider: "north",
    model: "large-1",
    usedAt: bench.now,
    warmUntil: bench.now + 300_000,
    promptTokens: 12_000,
    promptBytes: 48_000,
    cachedTokens: 11_000,
    outputs: [300, 120],
    ...changes,
  });

  it("a session nobody has seen has no places", async () => {
    const state = await bench.open();
    expect(await state.readSession("nobody")).toEqual([]);
  });

  it("a session's places come back newest first, each target once", async () => {
    const state = await bench.open();
    const old = place({ usedAt: bench.now - 2000 });
    const other = place({ provider: "south", usedAt: bench.now - 1000 });
    const again = place({ cachedTokens: 11_500 });
    await state.writeSession("one", old);
    await state.writeSession("one", other);
    expect(await state.readSession("one")).toEqual([other, old]);
    await state.writeSession("one", again);
    expect(await state.readSession("one")).toEqual([again, other]);
    expect(await state.readSession("two")).toEqual([]);
  });

  it("a session keeps a few places, the newest", async () => {
    const state = await bench.open();
    for (let count = 0; count < 12; count += 1) {
      await state.writeSession("one", place({ model: `m${count}`, usedAt: bench.now - 1000 + count }));
    }
    const places = await state.readSession("one");
    expect(places.length).toBeGreaterThanOrEqual(2);
    expect(places.length).toBeLessThanOrEqual(8);
    expect(places[0]?.model).toBe("m11");
    expect(places[1]?.model).toBe("m10");
  });

  it("what a target refuses is known until it expires", async () => {
    const state = await bench.open();
    const expiresAt = bench.now + LONG;
    await state.learn("north/large-1", { kind: "field", name: "context_management" }, expiresAt);
    await state.learn("north/large-1", { kind: "beta", name: "short-lived" }, bench.now + 200);
    await state.learn("north/large-1", { kind: "field", name: "context_management" }, expiresAt);
    await bench.wait(300);
    expect((await targetStatus(state)).rejections).toEqual([{ kind: "field", name: "context_management", expiresAt }]);
  });

  it("learning again lengthens what is known", async () => {
    const state = await bench.open();
    await state.learn("north/large-1", { kind: "field", name: "thinking.type" }, bench.now + 1000);
    const expiresAt = bench.now + LONG;
    await state.learn("north/large-1", { kind: "field", name: "thinking.type" }, expiresAt);
    expect((await targetStatus(state)).rejections).toEqual([{ kind: "field", name: "thinking.type", expiresAt }]);
  });

  it("forgetting a target forgets its refusals, not another's", async () => {
    const state = await bench.open();
    const expiresAt = bench.now + LONG;
    await state.learn("north/large-1", { kind: "field", name: "a" }, expiresAt);
    await state.learn("south/large-1", { kind: "field", name: "b" }, expiresAt);
    await state.forget("north/large-1");
    await state.refresh();
    expect(state.snapshot().targets.get("north/large-1")?.rejections ?? []).toEqual([]);
    expect((await targetStatus(state, "south/large-1")).rejections).toHaveLength(1);
  });

  it("turns count up by one, each name for itself", async () => {
    const state = await bench.open();
    const first = await state.nextTurn("round");
    expect(await state.nextTurn("round")).toBe(first + 1);
    expect(await state.nextTurn("round")).toBe(first + 2);
    expect(await state.nextTurn("other")).toBe(first);
  });

  it("turns that are asked for at once are all different", async () => {
    const state = await bench.open();
    const turns = await Promise.all(Array.from({ length: 50 }, () => state.nextTurn("round")));
    expect(new Set(turns).size).toBe(50);
  });

  it("switches are written, read, in the snapshot, and removed", async () => {
    const state = await bench.open();
    expect(await state.readSwitches()).toEqual({});
    await state.writeSwitch("strategy", "cost");
    await state.writeSwitch("provider:north", "off");
    expect(await state.readSwitches()).toEqual({ strategy: "cost", "provider:north": "off" });
    await state.refresh();
    expect(state.snapshot().switches).toEqual({ strategy: "cost", "provider:north": "off" });
    await state.writeSwitch("strategy", undefined);
    expect(await state.readSwitches()).toEqual({ "provider:north": "off" });
  });

  it("a record of a decision is read by its id", async () => {
    const state = await bench.open();
    state.keepRecord("req_1", '{"chosen":"north"}');
    await bench.wait(150);
    expect(await state.readRecord("req_1")).toBe('{"chosen":"north"}');
    expect(await state.readRecord("req_2")).toBeUndefined();
  });

  it("the newest records are listed newest first, as many as are asked for", async () => {
    const state = await bench.open();
    expect(await state.recentRecords(10)).toEqual([]);
    for (const id of ["a", "b", "c"]) {
      state.keepRecord(id, JSON.stringify({ id }));
      await bench.wait(20);
    }
    expect(await state.recentRecords(2)).toEqual(['{"id":"c"}', '{"id":"b"}']);
    expect(await state.recentRecords(10)).toHaveLength(3);
  });

  it("latencies and successes are averaged per target", async () => {
    const state = await bench.open();
    for (const firstTokenMs of [400, 600]) {
      const reservation = await taken(state, candidate());
      await state.settle(reservation, { outcome: "success", firstTokenMs, outputTokensPerSecond: 50 });
    }
    await state.settle(await taken(state, candidate()), { outcome: "failure" });
    const status = await targetStatus(state);
    expect(status.firstTokenMs).toBeGreaterThan(400);
    expect(status.firstTokenMs).toBeLessThan(600);
    expect(status.outputTokensPerSecond).toBeCloseTo(50, 5);
    expect(status.attempts).toBe(3);
    expect(status.successRate).toBeCloseTo(2 / 3, 5);
  });

  it("of a target without an end yet nothing is known", async () => {
    const state = await bench.open();
    await taken(state, candidate());
    await state.refresh();
    const status = state.snapshot().targets.get("north/large-1");
    expect(status?.attempts ?? 0).toBe(0);
    expect(status?.successRate).toBeUndefined();
    expect(status?.firstTokenMs).toBeUndefined();
  });

  it("the snapshot tells its age and at least one replica", async () => {
    const state = await bench.open();
    await state.refresh();
    const snapshot = state.snapshot();
    expect(Math.abs(snapshot.takenAt - bench.now)).toBeLessThan(2000);
    expect(snapshot.replicas).toBeGreaterThanOrEqual(1);
  });

  it("closing twice is harmless", async () => {
    const state = await bench.open();
    await state.close();
    await state.close();
  });
}
