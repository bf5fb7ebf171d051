import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { createSseFramer, framesOf, MAX_EVENT_BYTES } from "./sse-framer.ts";

function frames(text: string | Buffer, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text);
  const framer = createSseFramer();
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  const found: string[] = [];
  for (const [index, from] of places.entries()) {
    found.push(...framesOf(framer.push(bytes.subarray(from, places[index + 1] ?? from))).map(String));
  }
  return { found, rest: framer.rest().toString() };
}

/** Frames without their line ends. */
function lines({ found, rest }: { found: string[]; rest: string }): string[] {
  return [...found, rest].map((frame) => frame.trim());
}

const STREAM = "event: a\ndata: {}\n\n: comment\n\ndata: é\ndata: 2\n\nhalf";

describe("createSseFramer", () => {
  it.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("cuts at blank lines with %s, split in two at every byte", (_name, lineEnd) => {
    const text = STREAM.replaceAll("\n", lineEnd);
    const whole = frames(text);
    expect(whole.found).toHaveLength(3);
    expect(whole.rest).toBe("half");
    expect(whole.found.join("") + whole.rest).toBe(text);
    // A line feed that completes a CRLF after a frame has been handed out is left out.
    for (let cut = 0; cut <= Buffer.byteLength(text); cut += 1)
      expect(lines(frames(text, [cut]))).toEqual(lines(whole));
  });

  it("gives the same frames however the bytes are split", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (cuts) => {
        expect(frames(STREAM, cuts)).toEqual(frames(STREAM));
      }),
    );
  });

  it("gives the same frames of any lines, however many of them are blank and wherever they are split", () => {
    const line = fc.constantFrom("\n", "\n\n", "data: x", "a");
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(60)), (pieces, cuts) => {
        const text = pieces.join("");
        const whole = frames(text);
        expect(frames(text, cuts)).toEqual(whole);
        expect(whole.found.join("") + whole.rest).toBe(text);
        // With a return anywhere every byte is looked at by itself: that must find the same.
        expect(frames(`${text}\r`).found.slice(0, whole.found.length)).toEqual(whole.found);
      }),
    );
  });

  it("hands out nothing but whole events", () => {
    expect(frames("data: 1\ndata: 2\n")).toEqual({ found: [], rest: "data: 1\ndata: 2\n" });
  });

  it("gives frames that came together as one run of bytes", () => {
    const batch = createSseFramer().push(Buffer.from("a\n\nb\n\nc"));
    expect(batch.bytes.toString()).toBe("a\n\nb\n\n");
    expect(batch.ends).toEqual([3, 6]);
  });

  it("refuses an event without end", () => {
    const framer = createSseFramer();
    const chunk = Buffer.alloc(MAX_EVENT_BYTES / 2, "x");
    framer.push(chunk);
    framer.push(chunk);
    expect(() => framer.push(chunk)).toThrow("larger than 32 MB");
  });
});
