import { describe, expect, it } from "@jest/globals";

import { createThinkingStore } from "./thinking-store.ts";

const ISSUER = { provider: "p", model: "m", account: "a" };
const payload = (text: string) => ({ kind: "reasoning_content" as const, text });

describe("createThinkingStore", () => {
  it("gives back what was kept, with its issuer, as often as it is asked for", () => {
    const store = createThinkingStore();
    store.keep(ISSUER, { t1: payload("one"), t2: payload("two") });
    expect(store.recall("t1")).toEqual({ issuer: ISSUER, payload: payload("one") });
    expect(store.recall("t1")).toEqual({ issuer: ISSUER, payload: payload("one") });
    expect(store.recall("t3")).toBeUndefined();
  });

  it("forgets what was not asked for longest, and never holds more than its limit", () => {
    const store = createThinkingStore(2);
    store.keep(ISSUER, { t1: payload("one"), t2: payload("two") });
    store.recall("t1");
    store.keep(ISSUER, { t3: payload("three") });
    expect(["t1", "t2", "t3"].map((id) => store.recall(id) !== undefined)).toEqual([true, false, true]);
  });
});
