import { PassThrough } from "node:stream";

import { describe, expect, it } from "@jest/globals";
import { GatewayError, createSseFramer, framesOf } from "@switchyard/wire";

import { type AwaitCommitOptions, type CommitResult, awaitCommit } from "./await-commit.ts";

import {
  ANSWER,
  BLOCK,
  END,
  ERROR,
  event,
  failure,
  PATIENT,
  PING,
  START,
  text,
  useServers,
} from "./testing/relay-fixtures.ts";

const { onEnd } = useServers();

function write(stream: PassThrough, ...parts: string[]): PassThrough {
  for (const part of parts) stream.write(part);
  return stream;
}

async function* broken(reason: Error): AsyncGenerator<Buffer> {
  yield Buffer.from(START);
  await Promise.resolve();
  throw reason;
}

function commit(source: AsyncIterable<Buffer>, options: Partial<AwaitCommitOptions> = {}): Promise<CommitResult> {
  return awaitCommit({ source, timeouts: PATIENT, ...options });
}

async function arrivedAt(wait: Promise<CommitResult>): Promise<number | undefined> {
  const result = await wait;
  return result.kind === "committed" ? result.stream.arrivedAt : undefined;
}

describe("awaitCommit", () => {
  it("holds everything up to the first real output", async () => {
    const source = write(new PassThrough(), START, PING, BLOCK);
    const result = commit(source);
    write(source, text("a") + text("b"));
    expect(await result).toMatchObject({
      kind: "committed",
      stream: { held: Buffer.from(START + PING + BLOCK + text("a")), leftover: { ends: [text("b").length] } },
    });
  });

  it("says when the first output had come from outside, also where it was made of other bytes", async () => {
    const before = performance.now();
    const plain = await arrivedAt(commit(write(new PassThrough(), START + BLOCK + text("a"))));
    expect(plain).toBeGreaterThanOrEqual(before);
    expect(plain).toBeLessThanOrEqual(performance.now());
    const made = Object.assign(write(new PassThrough(), START + BLOCK + text("a")), { arrivedAt: 12.5 });
    expect(await arrivedAt(commit(made))).toBe(12.5);
  });

  it("takes an output that waited to be read for one that came with the head, and a later one for what it is", async () => {
    const waiting = write(new PassThrough(), START + BLOCK + text("a"));
    expect(await arrivedAt(commit(Object.assign(waiting, { headAt: 12.5 })))).toBe(12.5);
    const slow = Object.assign(write(new PassThrough(), START + BLOCK), { headAt: 12.5 });
    const result = commit(slow);
    setImmediate(() => slow.write(text("a")));
    expect(await arrivedAt(result)).toBeGreaterThan(12.5);
    const empty = Object.assign(new PassThrough(), { headAt: 12.5 });
    const later = commit(empty);
    empty.write(START + BLOCK + text("a"));
    expect(await arrivedAt(later)).toBeGreaterThan(12.5);
  });

  it("fails by the type of an error inside a 200, wherever in the preamble it comes", async () => {
    for (const preamble of ["", START, START + PING + BLOCK]) {
      const source = write(new PassThrough(), preamble + ERROR);
      expect(await failure(commit(source))).toMatchObject({
        type: "overloaded_error",
        status: 529,
        failure: "overloaded",
        message: "busy",
      });
      expect(source.destroyed).toBe(true);
    }
  });

  it("fails as truncated when the stream ends before its first output", async () => {
    for (const preamble of ["", ": hello\n\n", START, START + BLOCK, START + BLOCK + text("half").slice(0, -1)]) {
      const source = write(new PassThrough(), preamble);
      source.end();
      expect(await failure(commit(source))).toMatchObject({ failure: "truncated", status: 502 });
    }
  });

  it("fails as truncated when the connection breaks before the first output", async () => {
    const source = write(new PassThrough(), START);
    const result = commit(source);
    source.destroy(new Error("reset"));
    expect(await failure(result)).toMatchObject({ failure: "truncated" });
  });

  it("fails when an answer succeeds without content, and keeps what it took", async () => {
    const source = write(new PassThrough(), START + BLOCK + END);
    const result = await commit(source);
    expect(result).toMatchObject({ kind: "failed", usage: { uncachedInput: 7, output: 9 } });
    expect(result.kind === "failed" && result.error.failure).toBe("truncated");
  });

  it("commits a refusal, which has no content", async () => {
    const refusal = event("message_delta", { delta: { stop_reason: "refusal" }, usage: { output_tokens: 1 } });
    expect(await commit(write(new PassThrough(), START + refusal))).toMatchObject({ kind: "committed" });
  });

  it("fails as timeout when pings go on but no output comes", async () => {
    const source = write(new PassThrough(), START);
    const pings = setInterval(() => source.write(PING), 10);
    onEnd(() => clearInterval(pings));
    expect(await failure(commit(source, { timeouts: { firstOutputMs: 80, idleMs: 5000 } }))).toMatchObject({
      type: "timeout_error",
      failure: "timeout",
    });
  });

  it("fails as timeout when nothing comes at all", async () => {
    const source = new PassThrough();
    expect(await failure(commit(source, { timeouts: { firstOutputMs: 5000, idleMs: 30 } }))).toMatchObject({
      failure: "timeout",
    });
    expect(source.destroyed).toBe(true);
  });

  it("commits a preamble of more than it may hold", async () => {
    const result = await commit(write(new PassThrough(), START + PING.repeat(20)), { maxHeldBytes: 200 });
    expect(result.kind === "committed" && result.stream.held.length).toBeGreaterThan(200);
  });

  it("leaves out the beginning of an answer that begins anew before any output", async () => {
    const result = await commit(write(new PassThrough(), START + PING + START + BLOCK + text("a")));
    expect(result.kind === "committed" && result.stream.held.toString()).toBe(START + PING + BLOCK + text("a"));
  });

  it("ends the source when the caller aborts", async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    const result = commit(source, { signal: controller.signal });
    controller.abort();
    expect(await result).toMatchObject({ kind: "aborted", usage: { estimated: true } });
    expect(source.destroyed).toBe(true);
    expect(await commit(new PassThrough(), { signal: controller.signal })).toMatchObject({
      kind: "aborted",
      usage: { estimated: true },
    });
  });

  it("fails as truncated when a generator throws, and by the name of a GatewayError", async () => {
    const billing = new GatewayError("billing_error", "no credit", { failure: "billing" });
    expect(await failure(commit(broken(new Error("gone"))))).toMatchObject({ failure: "truncated" });
    expect(await failure(commit(broken(billing)))).toMatchObject({ failure: "billing", status: 402 });
  });

  it("commits whatever way the bytes are split", async () => {
    for (const size of [1, 2, 7, 100]) {
      const source = new PassThrough({ highWaterMark: 1e6 });
      const bytes = Buffer.from(ANSWER.replaceAll("\n", "\r\n"));
      for (let at = 0; at < bytes.length; at += size) source.write(bytes.subarray(at, at + size));
      const result = await commit(source);
      expect(result.kind === "committed" && framesOf(createSseFramer().push(result.stream.held))).toHaveLength(4);
    }
  });
});
