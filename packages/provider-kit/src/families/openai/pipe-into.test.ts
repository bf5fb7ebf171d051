import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { describe, expect, it } from "@jest/globals";

import { pipeInto } from "./pipe-into.ts";

const open = (): Readable => new Readable({ read: () => {} });

describe("pipeInto", () => {
  it("passes everything on, and the end", async () => {
    const through = new PassThrough();
    pipeInto(Readable.from([Buffer.from("one "), Buffer.from("two")]), through);
    expect(await text(through)).toBe("one two");
  });

  it("says when what it passes on had come: with the head what waited for it, else when it came", async () => {
    const source = Object.assign(open(), { headAt: 12.5 });
    source.push("one");
    const through: PassThrough & { arrivedAt?: number } = new PassThrough();
    pipeInto(source, through);
    const next = async (): Promise<number | undefined> => {
      await once(through, "data");
      return through.arrivedAt;
    };
    expect(await next()).toBe(12.5);
    const second = next();
    source.push("two");
    expect(await second).toBeGreaterThan(12.5);
  });

  it("ends the translation with the source's error", async () => {
    const [source, through] = [open(), new PassThrough()];
    pipeInto(source, through);
    source.destroy(new Error("cut"));
    await expect(text(through)).rejects.toThrow("cut");
  });

  it("ends the translation with an error where the source is closed before its end", async () => {
    const [source, through] = [open(), new PassThrough()];
    pipeInto(source, through);
    source.destroy();
    await expect(text(through)).rejects.toThrow("closed before its end");
  });

  it("destroys the source with the translation", async () => {
    const [source, through] = [open(), new PassThrough()];
    pipeInto(source, through);
    const closed = once(source, "close");
    through.destroy();
    await closed;
    expect(source.destroyed).toBe(true);
  });

  it("destroys the source where translating fails, and its later error is nobody's", async () => {
    const [source, through] = [open(), new PassThrough()];
    pipeInto(source, through);
    const read = text(through);
    const closed = once(source, "close");
    through.destroy(new Error("untranslatable"));
    await expect(read).rejects.toThrow("untranslatable");
    await closed;
    source.emit("error", new Error("late"));
  });

  it("waits for a reader that is slow", async () => {
    const source = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(65_536)));
    const through = new PassThrough();
    pipeInto(source, through);
    await once(through, "readable");
    expect(through.writableNeedDrain || through.readableLength < 1_000_000).toBe(true);
    let length = 0;
    for await (const chunk of through) length += (chunk as Buffer).length;
    expect(length).toBe(6_553_600);
  });
});
