import { describe, expect, it } from "@jest/globals";

import { createChunkGatherer } from "./chunk-gatherer.ts";

function gather() {
  const given: string[] = [];
  return { given, gatherer: createChunkGatherer((bytes) => given.push(bytes.toString())) };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("createChunkGatherer", () => {
  it("gives what comes in one turn as one piece, in its order, and before the next turn", async () => {
    const { given, gatherer } = gather();
    for (const chunk of ["a", "b", "c"]) gatherer.add(Buffer.from(chunk));
    expect(given).toEqual([]);
    await nextTurn();
    expect(given).toEqual(["abc"]);
  });

  it("gives what comes later as a piece of its own", async () => {
    const { given, gatherer } = gather();
    gatherer.add(Buffer.from("a"));
    await nextTurn();
    gatherer.add(Buffer.from("b"));
    await nextTurn();
    expect(given).toEqual(["a", "b"]);
  });

  it("does not copy a chunk that comes alone", async () => {
    const given: Buffer[] = [];
    const chunk = Buffer.from("alone");
    createChunkGatherer((bytes) => given.push(bytes)).add(chunk);
    await nextTurn();
    expect(given[0]).toBe(chunk);
  });

  it("gives at once when it is told to, and nothing twice", async () => {
    const { given, gatherer } = gather();
    gatherer.add(Buffer.from("a"));
    gatherer.flush();
    expect(given).toEqual(["a"]);
    gatherer.flush();
    await nextTurn();
    expect(given).toEqual(["a"]);
  });

  it("gives no more than a socket's read at once, so that its reader can stop the source", () => {
    const { given, gatherer } = gather();
    for (let count = 0; count < 3; count += 1) gatherer.add(Buffer.alloc(40_000, 97));
    expect(given.map(({ length }) => length)).toEqual([80_000]);
  });

  it("forgets what it is told to forget, and goes on with what comes then", async () => {
    const { given, gatherer } = gather();
    gatherer.add(Buffer.from("a"));
    gatherer.discard();
    gatherer.add(Buffer.from("b"));
    await nextTurn();
    expect(given).toEqual(["b"]);
  });
});
