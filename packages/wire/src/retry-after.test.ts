import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { parseGoDuration, parseMoment, readRetryAfter } from "./retry-after.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const A_DAY = 86_400;

describe("the time until a retry", () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ["seconds", { "retry-after": "30" }, 30],
    ["fractions of a second", { "retry-after": "7.66" }, 7.66],
    ["an HTTP date", { "retry-after": "Fri, 20 Nov 2026 12:01:00 GMT" }, 60],
    ["milliseconds before seconds", { "retry-after-ms": "250", "retry-after": "1" }, 0.25],
    ["Azure's milliseconds", { "x-ms-retry-after-ms": "1200" }, 1.2],
    ["hours", { "retry-after": "24367" }, 24_367],
    ["milliseconds that are none, and seconds", { "retry-after-ms": "soon", "retry-after": "2" }, 2],
    ["a date in the past", { "retry-after": "Fri, 20 Nov 2026 11:00:00 GMT" }, undefined],
    ["zero", { "retry-after": "0" }, undefined],
    ["minus one", { "retry-after": "-1" }, undefined],
    ["words", { "retry-after": "soon" }, undefined],
    ["words with a number", { "retry-after": "about 2030" }, undefined],
    ["nothing", { "retry-after": "" }, undefined],
    ["no header", {}, undefined],
    ["more than a day, which is a day", { "retry-after": "604800" }, A_DAY],
    ["a number beyond all reason, which is a day", { "retry-after-ms": "1e300" }, A_DAY],
    ["endlessness", { "retry-after": "Infinity", "retry-after-ms": "Infinity" }, undefined],
  ])("is read from %s", (_name, headers, seconds) => {
    expect(readRetryAfter(headers, NOW)).toBe(seconds);
  });
});

describe("a moment", () => {
  it.each<[string | undefined, number | undefined]>([
    ["45", 45],
    ["6m0s", 360],
    ["12ms", 0.012],
    [String(NOW / 1000 + 90), 90],
    [String(NOW + 90_000), 90],
    ["2026-11-20T12:00:30Z", 30],
    ["2026-11-20T13:00:30+01:00", 30],
    ["Fri, 20 Nov 2026 12:01:00 GMT", 60],
    ["2026-11-20T11:59:59Z", undefined],
    ["2026-99-99T99:99:99Z", undefined],
    ["2999-01-01T00:00:00Z", 7 * A_DAY],
    ["-5s", undefined],
    ["NaN", undefined],
    [undefined, undefined],
  ])("%p is %p seconds away", (text, seconds) => {
    expect(parseMoment(text, NOW)).toBe(seconds);
  });

  it("means nothing without a clock, but a span does", () => {
    expect(parseMoment("2026-11-20T12:00:30Z", Number.NaN)).toBeUndefined();
    expect(parseMoment(String(NOW), Number.NaN)).toBeUndefined();
    expect(parseMoment("30", Number.NaN)).toBe(30);
  });

  it("is never zero, negative, endless or an exception", () => {
    const values = fc.oneof(fc.string(), fc.double().map(String), fc.date({ noInvalidDate: true }).map(String));
    fc.assert(
      fc.property(values, (text) => {
        const seconds = parseMoment(text, NOW);
        if (seconds === undefined) return;
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(7 * A_DAY);
      }),
    );
  });
});

describe("a duration", () => {
  it.each([
    ["1s", 1],
    ["1m30s", 90],
    ["1h2m3.5s", 3723.5],
    ["1.5h", 5400],
    ["2d", 172_800],
    ["500us", 0.0005],
    ["", undefined],
    ["s", undefined],
    ["5", undefined],
    ["-5s", undefined],
    ["5s!", undefined],
  ])("%p is %p seconds", (text, seconds) => {
    expect(parseGoDuration(text)).toBe(seconds);
  });
});
