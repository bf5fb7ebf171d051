import { describe, expect, it } from "@jest/globals";

import { listBudgets, nameClients } from "./budgets.ts";
import { clientKey } from "./overview.fixture.ts";

describe("budgets", () => {
  it("are listed the fullest first, of keys that are in use", () => {
    const keys = [
      clientKey({ name: "laptop", budgets: { hour: null, day: 10, month: 100 }, spent: { hour: 1, day: 8, month: 8 } }),
      clientKey({
        id: "b",
        name: "nightly",
        budgets: { hour: 1, day: null, month: null },
        spent: { hour: 1.2, day: 2, month: 2 },
      }),
      clientKey({ id: "c", name: "old", status: "revoked", budgets: { hour: 1, day: 1, month: 1 } }),
      clientKey({ id: "d", name: "desk" }),
    ];
    expect(listBudgets(keys).map(({ client, window, tone }) => [client, window, tone])).toEqual([
      ["nightly", "hour", "bad"],
      ["laptop", "day", "warn"],
      ["laptop", "month", "good"],
    ]);
  });

  it("of nothing are used up, and of nothing spent are not divided by", () => {
    const [none] = listBudgets([clientKey({ budgets: { hour: 0, day: null, month: null } })]);
    expect(none).toMatchObject({ share: 1, tone: "bad", spent: 0 });
    const [unknown] = listBudgets([
      clientKey({ budgets: { hour: null, day: 5, month: null }, spent: { hour: null, day: null, month: null } }),
    ]);
    expect(unknown).toMatchObject({ share: 0, spent: 0 });
  });

  it("name clients by their keys; what has none says so", () => {
    const nameOf = nameClients([clientKey()]);
    expect(["key_1", "key_gone", null, ""].map(nameOf)).toEqual([
      "laptop",
      "key_gone",
      "without a key",
      "without a key",
    ]);
  });
});
