import { describe, expect, it } from "@jest/globals";
import { createResponseStore } from "./response-store.ts";

const reasoning = { type: "reasoning", id: "rs_1" };
const call = { type: "function_call", id: "fc_1", call_id: "call_1" };

describe("a response store", () => {
  it("knows outputs, those before them first", () => {
    const store = createResponseStore();
    store.add("resp_1", [reasoning, call], [{ type: "message", id: "msg_0" }]);
    expect(store.find("resp_1")?.map((item) => item.id)).toEqual(["msg_0", "rs_1", "fc_1"]);
    expect(store.find("resp_2")).toBeUndefined();
  });

  it("knows which reasoning stood right before an item", () => {
    const store = createResponseStore();
    store.add("resp_1", [reasoning, call, { type: "function_call", id: "fc_2" }], []);
    expect([store.reasoningOf("fc_1"), store.reasoningOf("fc_2"), store.reasoningOf("rs_1")]).toEqual([
      "rs_1",
      undefined,
      undefined,
    ]);
  });

  it("forgets the oldest response, and its items with it", () => {
    const store = createResponseStore(2);
    for (const index of [1, 2, 3]) store.add(`resp_${index}`, [{ type: "message", id: `msg_${index}` }], []);
    expect([1, 2, 3].map((index) => store.find(`resp_${index}`) !== undefined)).toEqual([false, true, true]);
    expect([1, 2, 3].map((index) => store.hasItem(`msg_${index}`))).toEqual([false, true, true]);
  });
});
