import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { parseRetryAfter } from "./retry-after.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");

describe("the time until a retry", () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ["seconds", { "retry-after": "30" }, 30],
    ["fractions of a second", { "retry-after": "7.66" }, 7.66],
    ["an HTTP date", { "retry-after": "Fri, 20 Nov 2026 12:01:00 GMT" }, 60],
    ["a date in the past", { "retry-after": "Fri, 20 Nov 2026 11:00:00 GMT" }, undefined],
    ["zero", { "retry-after": "0" }, undefined],
    ["minus one", { "retry-after": "-1" }, undefined],
    ["words", { "retry-after": "soon" }, undefined],
    ["nothing", { "retry-after": "" }, undefined],
    ["milliseconds before seconds", { "retry-after-ms": "250", "retry-after": "1" }, 0.25],
    ["Azure's milliseconds", { "x-ms-retry-after-ms": "1200" }, 1.2],
    ["RetryInfo's neighbour: the header goes first", { "retry-after": "12" }, 12],
    ["limit headers: not here", { "x-ratelimit-reset-tokens": "12s", "x-ratelimit-remaining-tokens": "0" }, undefined],
    ["more than a day, which is a day", { "retry-after": "700000" }, 86_400],
  ])("is read from %s", (_name, headers, seconds) => {
    const read = parseRetryAfter(headers, "", NOW);
    if (seconds === undefined) expect(read).toBeUndefined();
    else expect(read).toBeCloseTo(seconds, 6);
  });

  it.each([
    ["Please try again in 6m0s.", 360],
    ["Please try again in 1h30m.", 5400],
    ["Please try again in 259ms. Visit https://platform.openai.com", 0.259],
    ["Please retry in 34.4s.", 34.4],
    ["Try again in 5 seconds.", 5],
    ["Please retry after 10 seconds.", 10],
    ["Please try again in 2 minutes.", 120],
    ["Rate limit of 150 per 86400s exceeded for UserByModelByDay. Please wait 42567 seconds before retrying.", 42_567],
    ["Please retry after 9999999 seconds.", 86_400],
    ["Please try again later.", undefined],
    ["Please try again in a moment.", undefined],
  ])("is read from %p", (message, seconds) => {
    expect(parseRetryAfter({}, JSON.stringify({ error: { message } }), NOW)).toBe(seconds);
  });

  it("of a daily quota of Google's is midnight in California, summer and winter", () => {
    const daily = JSON.stringify([
      {
        error: {
          code: 429,
          details: [{ metadata: { quota_limit: "GenerateContentRequestsPerDayPerProject" } }, { retryDelay: "5s" }],
        },
      },
    ]);
    expect(parseRetryAfter({ "retry-after": "5" }, daily, Date.parse("2026-11-20T12:00:00Z"))).toBe(20 * 3600);
    expect(parseRetryAfter({}, daily, Date.parse("2026-07-20T12:00:00Z"))).toBe(19 * 3600);
    expect(parseRetryAfter({}, daily, Date.parse("2026-11-20T07:59:59Z"))).toBe(1);
  });

  it("without a clock is read from spans alone", () => {
    expect(parseRetryAfter({ "retry-after": "30" }, "", Number.NaN)).toBe(30);
    expect(parseRetryAfter({ "retry-after": "Fri, 20 Nov 2026 12:01:00 GMT" }, "", Number.NaN)).toBeUndefined();
    const daily = JSON.stringify({ error: { details: [{ violations: [{ quotaId: "PerDay" }] }] } });
    expect(parseRetryAfter({}, daily, Number.NaN)).toBe(3600);
  });

  it("is never zero, negative, endless or an exception, whatever the headers say", () => {
    const names = fc.constantFrom("retry-after", "retry-after-ms", "x-ms-retry-after-ms");
    const values = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer().map((amount) => `${amount}s`),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(fc.dictionary(names, values), fc.string(), (headers, body) => {
        const seconds = parseRetryAfter(headers, body, NOW);
        if (seconds === undefined) return;
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(86_400);
      }),
    );
  });
});
