import { describe, expect, it } from "@jest/globals";

import { ledgerRow } from "../testing/usage-events.ts";
import { createPriceWatch } from "./price-watch.ts";

const DRIFT = 0.05;

type Cost = Parameters<typeof ledgerRow>[0] extends infer Options ? NonNullable<Options> : never;

function conditionsOf(rows: readonly Cost[]) {
  const watch = createPriceWatch();
  watch.observe(rows.map((row) => ledgerRow({ provider: "openrouter", model: "m", ...row })));
  return watch.conditions(DRIFT);
}

const both = (table: number, reported: number): Cost => ({
  cost: { nanoDollars: reported, tableNanoDollars: table, reportedNanoDollars: reported },
});

describe("a provider's own cost", () => {
  it.each([
    [1000, 1000, false, 0],
    [1000, 1050, false, 0.05],
    [1000, 1051, true, 0.051],
    [1000, 949, true, -0.051],
    [1000, 0, true, -1],
    [0, 500, true, 1],
  ])("table %d, charged %d: drifted %s", (table, reported, over, actual) => {
    const [condition] = conditionsOf(Array(20).fill(both(table, reported)));
    expect(condition).toMatchObject({ kind: "price_drift", over, threshold: DRIFT });
    expect(condition?.actual).toBeCloseTo(actual, 6);
  });

  it("says nothing over too few answers", () => {
    expect(conditionsOf(Array(19).fill(both(1000, 5000)))).toEqual([]);
  });

  it("is compared by sums: one odd answer among many is no drift", () => {
    const rows = [...Array<Cost>(99).fill(both(1000, 1000)), both(1000, 2000)];
    expect(conditionsOf(rows)).toEqual([expect.objectContaining({ over: false })]);
  });

  it("counts only the latest answers, so that a corrected price ends it", () => {
    const rows = [...Array<Cost>(50).fill(both(1000, 2000)), ...Array<Cost>(100).fill(both(2000, 2000))];
    expect(conditionsOf(rows)).toEqual([expect.objectContaining({ over: false })]);
  });

  it("is not compared where tokens are estimated, or another model's price was taken", () => {
    const estimated = { ...both(1000, 5000), usage: { estimated: true } };
    const kin = { cost: { ...both(1000, 5000).cost, pricedAs: "some-kin" } };
    expect(conditionsOf([...times(30, estimated), ...times(30, kin)])).toEqual([]);
  });

  it("of one model says nothing of another", () => {
    const rows = [...Array<Cost>(20).fill(both(1000, 2000)), ...times(20, { ...both(1000, 1000), model: "n" })];
    expect(conditionsOf(rows).map(({ subject, over }) => [subject, over])).toEqual([
      ["openrouter m", true],
      ["openrouter n", false],
    ]);
  });
});

describe("an unknown price", () => {
  it("is told with the kin whose price was taken", () => {
    const [condition] = conditionsOf([{ cost: { nanoDollars: 5, tableNanoDollars: 5, pricedAs: "gpt-5" } }]);
    expect(condition).toMatchObject({ kind: "unknown_price", over: true, subject: "openrouter m" });
    expect(condition?.message).toContain("it is counted as gpt-5");
  });

  it("is told where there is no kin either", () => {
    const watch = createPriceWatch();
    const row = ledgerRow();
    watch.observe([{ ...row, cost: { nanoDollars: 0, priceVersion: "none" } }]);
    expect(watch.conditions(DRIFT)).toEqual([expect.objectContaining({ kind: "unknown_price", over: true })]);
  });

  it("is over when the model gets a price, and never was where the provider tells its own", () => {
    expect(
      conditionsOf([
        { cost: { nanoDollars: 5, tableNanoDollars: 5, pricedAs: "gpt-5" } },
        { cost: { nanoDollars: 5, tableNanoDollars: 5 } },
      ]),
    ).toEqual([expect.objectContaining({ kind: "unknown_price", over: false })]);
    expect(conditionsOf([{ cost: { ...both(5, 5).cost, pricedAs: "gpt-5" } }])).toEqual([]);
  });
});

function times<Value extends object>(count: number, value: Value): Value[] {
  return Array.from({ length: count }, () => ({ ...value }));
}
