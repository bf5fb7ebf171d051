import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ConformanceBench, readStream } from "@switchyard/provider-kit/conformance";
import { startSimulator } from "@switchyard/simulators";

import { createAnthropicProvider } from "./anthropic-provider.ts";

const fixtures =
  process.env["SWITCHYARD_FIXTURES"] ?? fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url));
const folder = join(fixtures, "recorded/anthropic");
const isThere = existsSync(folder);
const names = isThere ? readdirSync(folder).filter((name) => name.endsWith(".chunks.txt")) : [];
const describeRecorded = isThere ? describe : describe.skip;

const bench = new ConformanceBench({
  startSimulator: () => startSimulator("anthropic"),
  settings: ({ baseUrl }) => ({ kind: "anthropic", baseUrl }),
  createProvider: createAnthropicProvider,
  model: "claude-opus-4-8",
  countsTokens: true,
});

/** Recordings of upstreams that began their answer anew: the relay does not pass that on. */
const BROKEN = /^(duplicate|spliced)-message-start/;

/** The answers of a recording (some hold several steps), with the framing that it left out. */
function readAnswers(name: string): string[] {
  const answers: string[] = [];
  for (const data of readFileSync(join(folder, name), "utf8").split("\n")) {
    if (data === "") continue;
    const { type } = JSON.parse(data) as { type: string };
    if (type === "message_start" || answers.length === 0) answers.push("");
    answers[answers.length - 1] += `event: ${type}\ndata: ${data}\n\n`;
  }
  return answers;
}

/** An end of turn without any content is no answer to a client: it is told as a failure. */
function hasContent(answer: string): boolean {
  return answer.includes("content_block_start");
}

describeRecorded(isThere ? "recorded streams" : "recorded streams (skipped: no recorded fixtures here)", () => {
  beforeAll(() => bench.open());
  afterAll(() => bench.close());

  it("are there", () => {
    expect(names.length).toBeGreaterThan(10);
  });

  it.each(names.filter((name) => !BROKEN.test(name)))("%s reaches the client byte for byte", async (name) => {
    for (const text of readAnswers(name).filter(hasContent)) {
      bench.reset({ recorded: { text, contentType: "text/event-stream" } });
      // One after the other: they share the simulator's script.
      const received = await (await bench.post()).text();
      expect(received === text || firstDifference(received, text)).toBe(true);
    }
  });

  it.each(names.filter((name) => BROKEN.test(name)))("%s becomes one answer, or one error", async (name) => {
    bench.reset({ recorded: { text: readAnswers(name).join(""), contentType: "text/event-stream" } });
    const { events, finished, error } = await readStream(await bench.post());
    expect(events.filter(({ type }) => type === "message_start")).toHaveLength(1);
    expect(finished).toBe(error === undefined);
  });
});

/** Where two long texts part, for a message that can be read. */
function firstDifference(received: string, expected: string): string {
  let at = 0;
  while (received[at] === expected[at]) at += 1;
  return `at ${at}: got ${JSON.stringify(received.slice(at, at + 80))}, not ${JSON.stringify(expected.slice(at, at + 80))}`;
}
