import { describe, expect, it } from "@jest/globals";

import type { LimitObservation } from "./limit-observation.ts";
import { readObservations, writeObservations } from "./limits-header.ts";

const OBSERVATIONS: LimitObservation[] = [
  { resource: "requests", limit: 50, remaining: 49, resetMs: 1200 },
  { resource: "input_tokens", limit: 1_000_000, remaining: 0, resetMs: 60_000, windowMs: 60_000 },
  { resource: "tokens", utilization: 0.4213, windowMs: 18_000_000 },
];

describe("observations of limits in a header", () => {
  it("come out as they went in, in few characters that any header takes", () => {
    const text = writeObservations(OBSERVATIONS);
    expect(text).toBe(
      "requests;limit=50;remaining=49;resetMs=1200, " +
        "input_tokens;limit=1000000;remaining=0;resetMs=60000;windowMs=60000, tokens;windowMs=18000000;utilization=0.4213",
    );
    expect(readObservations(text)).toEqual(OBSERVATIONS);
  });

  it("are rounded: up to whole units and milliseconds, to four places of a share", () => {
    const text = writeObservations([{ resource: "tokens", resetMs: 0.2, utilization: 0.123456 }]);
    expect(readObservations(text)).toEqual([{ resource: "tokens", resetMs: 1, utilization: 0.1235 }]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])("leave out the number %p", (limit) => {
    expect(writeObservations([{ resource: "requests", limit, remaining: 3 }])).toBe("requests;remaining=3");
  });

  it("stop at sixteen, whatever an upstream tells", () => {
    const many = Array.from({ length: 500 }, () => ({ resource: "requests", limit: 1e15 }) as const);
    expect(readObservations(writeObservations(many))).toHaveLength(16);
  });

  it.each([
    undefined,
    "",
    "{}",
    "requests",
    "requests;limit",
    "requests;limit=",
    "requests;limit=-1",
    "requests;limit=NaN",
    "requests;limit=Infinity",
    "wishes;limit=1",
    "__proto__;limit=1",
    "requests;colour=3",
    "x".repeat(100_000),
    `requests;limit=1${", requests;limit=1".repeat(1000)}`,
  ])("are none in a header that holds something else (row %#)", (text) => {
    expect(readObservations(text)).toEqual([]);
  });

  it("survive a neighbour that cannot be read and a number that is not known yet", () => {
    expect(readObservations("requests;limit=x,tokens;limit=5;later=1")).toEqual([{ resource: "tokens", limit: 5 }]);
  });
});
