import { describe, expect, it } from "@jest/globals";
import { createQuotaBook, type QuotaBook, type QuotaPrice } from "./quota-book.ts";
import type { CompleteQuotaRule, QuotaRule } from "./quota-rule.ts";

let now = 0;
const one = (): QuotaPrice => ({ spend: 1, need: 1 });
const byResource =
  (prices: Partial<Record<CompleteQuotaRule["resource"], number>>) =>
  ({ resource }: CompleteQuotaRule): QuotaPrice => ({ spend: prices[resource] ?? 0, need: prices[resource] ?? 0 });

function open(...rules: QuotaRule[]): QuotaBook {
  now = 0;
  return createQuotaBook(rules, () => now);
}

const isRefused = (book: QuotaBook, model: string): boolean => "retryAfterMs" in book.admit(model, one);

describe("a book of quotas", () => {
  it("counts a request on every quota or on none", () => {
    const book = open({ resource: "requests", limit: 5 }, { resource: "input_tokens", limit: 100 });
    book.admit("m", byResource({ requests: 1, input_tokens: 90 }));
    book.admit("m", byResource({ requests: 1, input_tokens: 20 }));
    expect(book.readings("m").map(({ remaining }) => remaining)).toEqual([4, 10]);
    expect(book.report()).toMatchObject({
      accepted: 1,
      refused: 1,
      quotas: [
        { accepted: 1, refused: 0, refusals: 0 },
        { accepted: 90, refused: 20, refusals: 1 },
      ],
    });
  });

  it("names the quota that keeps the request waiting longest", () => {
    const book = open(
      { resource: "requests", limit: 60, windowMs: 60_000, algorithm: "token_bucket", burst: 1 },
      { resource: "input_tokens", limit: 100, windowMs: 60_000 },
    );
    book.admit("m", byResource({ requests: 1, input_tokens: 90 }));
    now = 100;
    expect(book.admit("m", byResource({ requests: 1, input_tokens: 90 }))).toMatchObject({
      rule: { resource: "input_tokens" },
      remaining: 10,
      wanted: 90,
      retryAfterMs: 59_900,
    });
  });

  it("holds models to their own quotas", () => {
    const book = open({ resource: "requests", limit: 1, models: ["claude-opus-*"] });
    expect([
      isRefused(book, "claude-opus-5"),
      isRefused(book, "claude-opus-4-8"),
      isRefused(book, "claude-sonnet-5"),
    ]).toEqual([false, true, false]);
  });

  it("counts windows of the clock, the highest use and what went beyond the limit", () => {
    const book = open({ resource: "output_tokens", limit: 100, windowMs: 1_000 });
    const account = book.admit("m", () => ({ spend: 0, need: 1 }));
    if (!("spend" in account)) throw new Error("it was refused");
    account.spend("output_tokens", 60);
    now = 2_500;
    account.spend("output_tokens", 130);
    account.spend("tokens", 5_000);
    expect(book.report().quotas[0]).toMatchObject({
      accepted: 190,
      windows: [60, 0, 130],
      peak: 1.3,
      overshoot: 30,
    });
  });

  it("says how much would be left without counting", () => {
    const book = open({ resource: "requests", limit: 4 });
    expect([book.roomAfter("m", one), book.roomAfter("m", one)]).toEqual([0.75, 0.75]);
    for (let count = 0; count < 4; count += 1) book.admit("m", one);
    expect(book.roomAfter("m", one)).toBe(-0.25);
  });

  it("stays as full as it is when its report begins anew", () => {
    const book = open({ resource: "requests", limit: 1 });
    book.admit("m", one);
    book.clearReport();
    expect(book.report()).toMatchObject({ accepted: 0, quotas: [{ accepted: 0, windows: [] }] });
    expect(isRefused(book, "m")).toBe(true);
    book.replace([{ resource: "requests", limit: 1 }]);
    expect(isRefused(book, "m")).toBe(false);
  });

  it.each([
    { resource: "requests", limit: 0 },
    { resource: "requests", limit: 1, windowMs: -1 },
    { resource: "bytes", limit: 1 },
    { resource: "requests", limit: 1, algorithm: "leaky_bucket" },
    { resource: "requests", limit: 1, per: "minute" },
  ])("takes no rule like %j", (rule) => {
    expect(() => open(rule as QuotaRule)).toThrow();
  });
});
