import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { startTestWorker, type TestAnswer, type TestWorker } from "../testing/test-worker.ts";
import { costing } from "../testing/usage-events.ts";

const HOUR = 3_600_000;
const now = Date.now();

let worker: TestWorker;
beforeAll(async () => {
  worker = await startTestWorker({ settings: {} });
  const events = [
    costing(1, { provider: "openrouter", at: now - 60_000, session: "s1" }),
    costing(2, { provider: "vertex", at: now - 2 * HOUR, session: "s1" }),
    costing(4, { provider: "=cmd|'/c calc'!A0", at: now - 3 * HOUR, session: "s2" }),
    costing(64, { provider: "vertex", at: now - 48 * HOUR }),
  ];
  await worker.ask("/usage", { json: { events } });
});
afterAll(() => worker.close());

/** Where the answer says that the next page is. */
function nextOf({ headers }: TestAnswer): string | undefined {
  return /^<([^>]*)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
}

describe("the next page of GET /api/costs", () => {
  it.each([
    ["csv", "provider"],
    ["csv", "day,provider"],
    ["json", "provider"],
  ])("as %s by %s: following the links gives the whole, each group once", async (format, by) => {
    const start = `/api/costs?by=${by}&since=7d&format=${format}`;
    const read = ({ text, json }: TestAnswer) =>
      format === "csv" ? text.trimEnd().split("\r\n").slice(1) : (json["rows"] as unknown[]);
    const whole = await worker.ask(start);
    expect(whole.headers.has("link")).toBe(false);
    const rows: unknown[] = [];
    const pages: string[] = [];
    for (let page: string | undefined = `${start}&limit=1`; page !== undefined && pages.length < 20;) {
      pages.push(page);
      const answer: TestAnswer = await worker.ask(page);
      rows.push(...read(answer));
      page = nextOf(answer);
    }
    expect(rows.length).toBeGreaterThan(2);
    expect(rows).toEqual(read(whole));
    expect(pages).toHaveLength(rows.length);
  });

  it("a link keeps everything that was asked for, and holds the moments that a span came to", async () => {
    const odd = encodeURIComponent("=cmd|'/c calc'!A0");
    const query = `until=1s&provider=openrouter&provider=${odd}&by=session&order=requests&limit=1&since=24h`;
    const answer = await worker.ask(`/api/costs?${query}`);
    const { searchParams, pathname } = new URL(nextOf(answer) ?? "", worker.url);
    expect([pathname, [...searchParams]]).toEqual([
      "/api/costs",
      [
        ["until", answer.json["until"]],
        ["provider", "openrouter"],
        ["provider", "=cmd|'/c calc'!A0"],
        ["by", "session"],
        ["order", "requests"],
        ["limit", "1"],
        ["since", answer.json["since"]],
        ["offset", "1"],
      ],
    ]);
  });

  it("cannot be made to link to elsewhere by what it is asked for", async () => {
    const odd = encodeURIComponent('>; rel="x", <http://elsewhere');
    const { headers } = await worker.ask(`/api/costs?limit=1&provider=openrouter&provider=vertex&provider=${odd}`);
    expect(headers.get("link")).toMatch(/^<\/api\/costs\?[^<>" ,;]*>; rel="next"$/);
  });

  it("a question too long for a header has no link; next_offset tells it all the same", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `provider=${"!".repeat(20)}${index}`).join("&");
    const { headers, json } = await worker.ask(`/api/costs?limit=1&provider=openrouter&provider=vertex&${names}`);
    expect([json["next_offset"], headers.has("link")]).toEqual([1, false]);
  });
});
