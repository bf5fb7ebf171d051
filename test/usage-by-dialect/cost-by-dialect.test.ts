import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createCatalog, createPriceBook } from "@switchyard/catalog";

import { type CostCase, COST_TABLE } from "./cost-table.ts";
import { USAGE_DIALECTS } from "./dialects.ts";
import { UsageBench } from "./usage-bench.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("the table of costs", () => {
  it.each(COST_TABLE)("is right in itself: $dialect, $why", (row) => {
    for (const { lines, dollars } of [row, ...(row.reported === undefined ? [] : [row.reported])]) {
      for (const [tokens, bucket, perMillion, sum] of lines) {
        expect([bucket, sum]).toEqual([bucket, expect.closeTo((tokens * perMillion) / 1e6, 12)]);
      }
      expect(lines.reduce((total, [, , , sum]) => total + sum, 0)).toBeCloseTo(dollars, 12);
    }
  });

  it("has a row for every dialect", () => {
    expect(new Set(COST_TABLE.map(({ dialect }) => dialect))).toEqual(new Set(USAGE_DIALECTS.map(({ name }) => name)));
  });
});

describe.each(USAGE_DIALECTS)("an answer by $name", (dialect) => {
  const bench = new UsageBench(dialect);
  const book = createPriceBook({ catalog: createCatalog(), locations: { vertex: "europe-west1" }, now: () => NOW });
  const rows = COST_TABLE.filter((row) => row.dialect === dialect.name);
  beforeAll(() => bench.open());
  afterAll(() => bench.close());

  async function costOf({ usage }: CostCase, stream: boolean) {
    const { kind, model: upstreamModel } = dialect;
    const answer = await bench.take(usage, stream);
    const info = (await (await bench.get("/info")).json()) as { models: { id: string; canonical: string }[] };
    const model = info.models.find(({ id }) => id === upstreamModel)?.canonical;
    if (model === undefined) throw new Error(`${dialect.name} does not tell of ${upstreamModel}`);
    return book.cost({ provider: kind, providerKind: kind, model, upstreamModel, at: NOW }, answer.usage);
  }

  it.each(rows.flatMap((row) => [true, false].map((stream) => ({ ...row, stream }))))(
    "costs what the table says, streamed: $stream; $why",
    async (row) => {
      const cost = await costOf(row, row.stream);
      const table = nano(row.dollars);
      const reported = row.reported === undefined ? undefined : nano(row.reported.dollars);
      expect(cost).toEqual({
        nanoDollars: reported ?? table,
        tableNanoDollars: table,
        ...(reported === undefined ? {} : { reportedNanoDollars: reported }),
        priceVersion: `catalog ${createCatalog().version}`,
        ...(row.pricedAs === undefined ? {} : { pricedAs: row.pricedAs }),
      });
    },
  );
});

function nano(dollars: number): number {
  return Math.round(dollars * 1e9);
}
