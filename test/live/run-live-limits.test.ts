import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { SimulatorKind } from "@switchyard/simulators";
import { LIVE_CASES } from "./cases/live-cases.ts";
import { createFakeKey } from "./fake-key.ts";
import { editJson, runAgainst } from "./testing/run-against.ts";
import { startStandIn, type PassingAnswer, type StandIn } from "./testing/start-stand-in.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function open(kind: SimulatorKind, distort?: (answer: PassingAnswer) => void): Promise<StandIn> {
  const standIn = await startStandIn(kind, distort);
  cleanups.push(() => standIn.close());
  return standIn;
}

describe("a run against an upstream that has no time", () => {
  it("waits as it is told, asks once more, and goes on", async () => {
    const standIn = await open("anthropic");
    standIn.simulator.useBrain(undefined);
    standIn.simulator.script(
      { error: { status: 429, headers: { "retry-after": "7" } } },
      { blocks: [{ type: "text", text: "pong" }], times: "always" },
    );
    const { passed, waited } = await runAgainst(standIn, { cases: ["text"] });
    expect(passed).toBe(1);
    expect(waited).toEqual([7000]);
  });

  it("skips the case when it is refused again, for it shows nothing", async () => {
    const standIn = await open("anthropic");
    standIn.simulator.answerWith(() => ({ error: { status: 529 } }));
    const { report, ...tally } = await runAgainst(standIn, { cases: ["text"] });
    expect(tally).toMatchObject({ passed: 0, failed: 0, skipped: 1, dollars: 0 });
    expect(report).toMatch(/- text {2}skipped: the upstream is busy: 529/);
  });

  it("never waits longer than half a minute", async () => {
    const standIn = await open("anthropic");
    standIn.simulator.answerWith(() => ({ error: { status: 429, headers: { "retry-after": "3600" } } }));
    expect((await runAgainst(standIn, { cases: ["text"] })).waited).toEqual([30_000]);
  });
});

describe("the budget of a run", () => {
  it("stops before the case that would pass it, and says so", async () => {
    const standIn = await open("anthropic");
    const { report, ...tally } = await runAgainst(standIn, { maxDollars: 0.00001 });
    expect(report).toMatch(/stopped: \$0\.0000\d of \$0\.00001 are spent, and text may cost \$0\.0\d+/);
    expect(report).toContain("- stream  skipped: the budget is spent");
    expect(tally.passed).toBe(3);
    expect(tally.skipped).toBe(LIVE_CASES.length - 3);
    const generating = standIn.simulator.requests.filter(
      ({ path: where, headers }) =>
        where === "/v1/messages" && headers["x-api-key"] === createFakeKey("anthropic", "real"),
    );
    expect(generating).toEqual([]);
  });

  it("stops for the providers that come after it too, and does not even knock there", async () => {
    const [first, second] = [await open("anthropic"), await open("openai")];
    const { report, skipped } = await runAgainst(first, {
      providers: [first.settings, second.settings],
      maxDollars: 0.00001,
    });
    expect(report).toMatch(/openai\n {2}\d+ cases skipped: the budget is spent$/);
    expect(skipped).toBe(2 * LIVE_CASES.length - 3);
    expect(second.simulator.requests).toEqual([]);
  });

  it("counts what answers did cost, the upstream's and the service's", async () => {
    const standIn = await open("anthropic");
    standIn.simulator.useBrain(undefined);
    standIn.simulator.script({
      times: "always",
      blocks: [{ type: "text", text: "pong" }],
      usage: { input: 10_000, output: 1000 },
    });
    const { dollars } = await runAgainst(standIn, { cases: ["text"] });
    // Two answers of 10,000 tokens at 0.2 and 1,000 at 0.5 dollars per million.
    expect(dollars).toBeCloseTo(2 * (10_000 * 0.2 + 1000 * 0.5) * 1e-6, 10);
  });

  it("counts an answer without usage as dear as it could have been", async () => {
    const standIn = await open("github-models", (answer) => {
      editJson(answer, (body) => delete body["usage"]);
    });
    const { dollars } = await runAgainst(standIn, { cases: ["text"] });
    expect(dollars).toBeGreaterThan(0.0005);
  });

  it("counts an answer that broke off as dear as it could have been", async () => {
    const standIn = await open("anthropic");
    standIn.simulator.useBrain(undefined);
    standIn.simulator.script({
      times: "always",
      blocks: [{ type: "text", text: "pong" }],
      fault: { type: "empty_body" },
    });
    expect((await runAgainst(standIn, { cases: ["text"] })).dollars).toBeGreaterThan(0.0001);
  });
});

describe("a recording", () => {
  it("holds every answer of the upstream, and nothing that is whose", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-recorded-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const standIn = await open("openai", (answer) => {
      if (answer.status === 401) return;
      answer.headers["openai-organization"] = "acme-4711";
      editJson(answer, (body) => Object.assign(body, { note: `org-AbCdEf123456 ${createFakeKey("openai", "real")}` }));
    });
    await runAgainst(standIn, { record: folder });
    const files = readdirSync(path.join(folder, "openai"));
    expect(files).toEqual(
      expect.arrayContaining([
        "responses-text.json",
        "responses-stream.chunks.txt",
        "responses-tool.2.json",
        "responses-wrong-key.json",
      ]),
    );
    for (const file of files) {
      const text = readFileSync(path.join(folder, "openai", file), "utf8");
      expect(text).not.toMatch(/acme|org-AbC|realreal|simulatedsimulated/);
      if (file.endsWith(".json")) expect(() => JSON.parse(text) as unknown).not.toThrow();
    }
    const chunks = readFileSync(path.join(folder, "openai", "responses-stream.chunks.txt"), "utf8")
      .trimEnd()
      .split("\n");
    expect(chunks.map((line) => (JSON.parse(line) as { type: string }).type).at(-1)).toBe("response.completed");
  });
});
