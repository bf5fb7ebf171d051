import { describe, expect, it } from "@jest/globals";
import { createDeduplicator } from "./create-deduplicator.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";

interface Sketch {
  message?: string;
  request?: string;
  output: number;
  sidechain?: boolean;
}

function entry({ message, request, output, sidechain = false }: Sketch): TranscriptEntry {
  const usage = {
    uncachedInput: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    reasoning: 0,
    estimated: false,
  };
  return {
    at: 0,
    session: "s",
    sidechain,
    project: "p",
    projectFolder: "p",
    model: "claude-opus-5-5",
    ...(message === undefined ? {} : { messageId: message }),
    ...(request === undefined ? {} : { requestId: request }),
    usage,
    fast: false,
  };
}

function keep(...sketches: Sketch[]): { outputs: number[]; duplicates: number } {
  const deduplicator = createDeduplicator();
  for (const sketch of sketches) deduplicator.add(entry(sketch));
  return { outputs: deduplicator.entries.map(({ usage }) => usage.output), duplicates: deduplicator.duplicates };
}

describe("createDeduplicator", () => {
  it.each<[string, Sketch[], number[]]>([
    [
      "the most complete of a stream's lines",
      [
        { message: "m", request: "r", output: 3 },
        { message: "m", request: "r", output: 300 },
      ],
      [300],
    ],
    [
      "the most complete where it came first",
      [
        { message: "m", request: "r", output: 300 },
        { message: "m", request: "r", output: 3 },
      ],
      [300],
    ],
    [
      "one of two without a request id",
      [
        { message: "m", output: 1 },
        { message: "m", output: 10 },
      ],
      [10],
    ],
    [
      "both where the same message was asked for twice",
      [
        { message: "m", request: "r", output: 10 },
        { message: "m", request: "q", output: 1 },
      ],
      [10, 1],
    ],
    [
      "both where one has a request id and one has none",
      [
        { message: "m", request: "r", output: 10 },
        { message: "m", output: 1 },
      ],
      [10, 1],
    ],
    [
      "every line without a message id",
      [
        { request: "r", output: 10 },
        { request: "r", output: 10 },
      ],
      [10, 10],
    ],
    [
      "the parent's line, though its side chain tells more",
      [
        { message: "m", request: "r", output: 10 },
        { message: "m", request: "q", output: 99, sidechain: true },
      ],
      [10],
    ],
    [
      "the parent's line that comes after its side chain's",
      [
        { message: "m", request: "q", output: 99, sidechain: true },
        { message: "m", request: "r", output: 10 },
        { message: "m", request: "r", output: 10 },
      ],
      [10],
    ],
    [
      "the same side chain's line once",
      [
        { message: "m", request: "q", output: 5, sidechain: true },
        { message: "m", request: "r", output: 7, sidechain: true },
      ],
      [7],
    ],
    [
      "messages of different ids",
      [
        { message: "m", request: "r", output: 1 },
        { message: "n", request: "r", output: 2 },
      ],
      [1, 2],
    ],
  ])("keeps %s", (_, sketches, outputs) => {
    expect(keep(...sketches)).toEqual({ outputs, duplicates: sketches.length - outputs.length });
  });
});
