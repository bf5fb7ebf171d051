import { describe, expect, it } from "@jest/globals";
import { parseErrorBody } from "@switchyard/translation";
import type { LimitObservation } from "@switchyard/wire";
import * as fc from "fast-check";

import { ANTHROPIC } from "./__fixtures__/anthropic-rows.ts";
import { PER_RESOURCE } from "./__fixtures__/resource-rows.ts";
import { PLAIN } from "./__fixtures__/plain-rows.ts";
import { WORDED } from "./__fixtures__/worded-rows.ts";
import { GOOGLE } from "./__fixtures__/google-rows.ts";
import { DAY, NOW, type Row } from "./__fixtures__/limit-row.ts";
import { defaultSignals } from "./limit-signals.ts";
import { readLimits } from "./read-limits.ts";

function read({ dialect = "chat", signals, status = 200, headers = {}, body }: Row): LimitObservation[] {
  return readLimits(
    {
      status,
      headers,
      dialect,
      now: NOW,
      ...(body === undefined ? {} : { error: parseErrorBody(JSON.stringify(body)) }),
    },
    signals ?? defaultSignals(dialect),
  );
}

describe.each([
  ["anthropic-ratelimit-*", ANTHROPIC.map((row): Row => ({ dialect: "messages", ...row }))],
  ["x-ratelimit-* by resource", PER_RESOURCE],
  ["x-ratelimit-* without one", PLAIN],
  ["the words of a 429", WORDED],
  ["Google's quotas", GOOGLE],
])("%s", (_dialect, rows) => {
  it.each(rows.map((row) => [row.name, row.source, row] as const))(
    "tells of limits: %s (%s)",
    (_name, _source, row) => {
      expect(read(row)).toEqual(row.told);
    },
  );
});

describe("whatever an upstream sends", () => {
  const names = fc.constantFrom(
    ...[...ANTHROPIC, ...PER_RESOURCE, ...PLAIN].flatMap(({ headers = {} }) => Object.keys(headers)),
  );
  const values = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.integer().map((amount) => `${amount}s`),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const dialects = fc.constantFrom("messages" as const, "chat" as const, "responses" as const);

  it("no figure is negative, endless or without reason, and nothing throws", () => {
    fc.assert(
      fc.property(fc.dictionary(names, values), fc.json(), dialects, (headers, body, dialect) => {
        const error = parseErrorBody(body);
        const told = readLimits({ status: 429, headers, dialect, now: NOW, error }, defaultSignals(dialect));
        for (const { limit = 1, remaining = 0, resetMs = 1, windowMs = 1, utilization = 0 } of told) {
          expect(limit).toBeGreaterThan(0);
          expect(remaining).toBeGreaterThanOrEqual(0);
          expect(resetMs).toBeGreaterThan(0);
          expect(resetMs).toBeLessThanOrEqual(7 * DAY);
          expect(windowMs).toBeGreaterThan(0);
          expect(utilization).toBeGreaterThanOrEqual(0);
          expect(utilization).toBeLessThanOrEqual(1);
          expect([limit, remaining, resetMs].every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });
});
