import { Readable } from "node:stream";

import { describe, expect, it } from "@jest/globals";
import { decodeThinkingSignature } from "@switchyard/translation";
import * as fc from "fast-check";

import { OWN_ISSUER } from "./__fixtures__/edit.ts";
import { markThinking } from "./mark-thinking.ts";

interface EventData {
  type: string;
  [field: string]: unknown;
}

const frame = (data: EventData, end = "\n") => `event: ${data.type}${end}data: ${JSON.stringify(data)}${end}${end}`;
const start = (index: number, content_block: object) => ({ type: "content_block_start", index, content_block });
const delta = (index: number, change: object) => ({ type: "content_block_delta", index, delta: change });
const stop = (index: number) => ({ type: "content_block_stop", index });

async function read(bytes: Buffer[], stream = true): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of markThinking(Readable.from(bytes), OWN_ISSUER, stream)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function events(text: string): EventData[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? "") as EventData);
}

function signatureIn(text: string): unknown {
  const deltas = events(text).filter((event) => (event["delta"] as { type?: string })?.type === "signature_delta");
  expect(deltas).toHaveLength(1);
  const { signature } = (deltas[0]?.["delta"] ?? {}) as { signature?: string };
  return decodeThinkingSignature(signature ?? "");
}

const THINKING = [
  start(0, { type: "thinking", thinking: "", signature: "" }),
  delta(0, { type: "thinking_delta", thinking: "hm é" }),
  delta(0, { type: "signature_delta", signature: "sig1" }),
  delta(0, { type: "signature_delta", signature: "sig2" }),
  stop(0),
];
const TEXT = [
  start(1, { type: "text", text: "" }),
  delta(1, { type: "text_delta", text: "thinking about é" }),
  stop(1),
];

async function* cutSource() {
  yield Buffer.from(frame(THINKING[0] ?? stop(0)));
  throw new Error("cut");
}

describe("marking a stream", () => {
  it("puts one marked signature at the end of thinking, whatever pieces it came in", async () => {
    const marked = await read([Buffer.from([...THINKING, ...TEXT].map((event) => frame(event)).join(""))]);
    expect(signatureIn(marked)).toEqual({ issuer: OWN_ISSUER, payload: { kind: "messages", signature: "sig1sig2" } });
    expect(events(marked).map(({ type }) => type)).toEqual([
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
    ]);
  });

  it("marks thinking that came without any signature", async () => {
    const bare = THINKING.filter((event) => !JSON.stringify(event).includes("signature_delta"));
    const marked = await read([Buffer.from(bare.map((event) => frame(event)).join(""))]);
    expect(signatureIn(marked)).toEqual({ issuer: OWN_ISSUER, payload: { kind: "messages", signature: "" } });
  });

  it("marks hidden thinking in its data", async () => {
    const marked = await read([Buffer.from(frame(start(0, { type: "redacted_thinking", data: "secret" })))]);
    const { data } = (events(marked)[0]?.["content_block"] ?? { data: "" }) as { data: string };
    expect(decodeThinkingSignature(data)?.payload).toEqual({ kind: "messages", signature: "secret" });
  });

  it("leaves everything else byte for byte, unknown events and line ends included", async () => {
    const other = `: comment\r\n\r\n${frame({ type: "message_start", 2: 1, 1: 2 }, "\r\n")}${frame({ type: "odd" })}${TEXT.map((event) => frame(event)).join("")}data: [DONE]\n\nrest`;
    expect(await read([Buffer.from(other)])).toBe(other);
  });

  it("gives the same however the bytes are split", async () => {
    const whole = Buffer.from([...THINKING, ...TEXT].map((event) => frame(event, "\r\n")).join(""));
    const expected = events(await read([whole]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 5 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        expect(events(await read(pieces.filter((piece) => piece.length > 0)))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("ends with the error of its source", async () => {
    const broken = Readable.from(cutSource());
    const reading = markThinking(broken, OWN_ISSUER, true).toArray();
    await expect(reading).rejects.toThrow("cut");
  });
});

describe("marking an answer that is not streamed", () => {
  it("marks the signature in its place and leaves the rest byte for byte", async () => {
    const answer =
      '{"2":1, "content":[{"type":"thinking","thinking":"h","signature":"s"},{"type":"text","text":"\\u0041"}],"1":2}';
    const marked = await read([Buffer.from(answer)], false);
    const [, signature = ""] = /"signature":"([^"]+)"/.exec(marked) ?? [];
    expect(decodeThinkingSignature(signature)?.payload).toEqual({ kind: "messages", signature: "s" });
    expect(marked.replace(signature, "s")).toBe(answer);
  });

  it("adds a mark where thinking has no signature", async () => {
    const marked = await read([Buffer.from('{"content":[{"type":"thinking","thinking":"h"}]}')], false);
    const { content } = JSON.parse(marked) as { content: { signature: string }[] };
    expect(decodeThinkingSignature(content[0]?.signature ?? "")?.issuer).toEqual(OWN_ISSUER);
  });

  it("leaves what is no JSON to whoever reads it", async () => {
    expect(await read([Buffer.from("thinking of {")], false)).toBe("thinking of {");
  });
});
