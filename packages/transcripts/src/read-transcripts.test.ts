import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { readTranscripts } from "./read-transcripts.ts";

const SAMPLE = fileURLToPath(new URL("__fixtures__/claude/projects", import.meta.url));
const SHOP = "-home-dev-shop-app";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of projects with these files. */
function write(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-transcripts-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

function answer(more: Record<string, unknown> = {}, usage: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: "assistant",
    timestamp: "2026-11-17T09:00:00.000Z",
    sessionId: "s1",
    cwd: "/srv/shop",
    requestId: "req_1",
    message: { id: "msg_1", model: "claude-opus-5-5", usage: { input_tokens: 1, output_tokens: 2, ...usage } },
    ...more,
  });
}

describe("readTranscripts", () => {
  it("reads each answer of the sample once and says what it left out", async () => {
    const { entries, stats } = await readTranscripts({ directory: SAMPLE });
    expect(entries.map(({ messageId, usage }) => `${messageId ?? "none"} ${usage.output}`)).toEqual([
      "msg_c1 200",
      "msg_a1 310",
      "msg_a2 820",
      "msg_s1 77",
      "msg_s2 1200",
      "msg_btw 40",
      "msg_a3 100",
      "msg_a4 101",
      "msg_a5 640",
      "msg_s3 480",
      "msg_b1 250",
      "none 10",
      "none 10",
      "msg_b2 5",
      "msg_b3 100",
    ]);
    expect(stats).toMatchObject({ files: 6, duplicates: 8, synthetic: 1, outsideRange: 0, unreadable: [] });
    expect(stats.skipped).toEqual({ torn: 3, not_json: 1, too_long: 0, no_time: 1, no_counts: 2 });
  });

  it("keeps five minutes and the hour of the cache apart", async () => {
    const { entries } = await readTranscripts({ directory: SAMPLE });
    expect(entries.find(({ messageId }) => messageId === "msg_a2")?.usage).toEqual({
      uncachedInput: 4,
      cacheRead: 18000,
      cacheWrite5m: 900,
      cacheWrite1h: 2100,
      output: 820,
      reasoning: 0,
      estimated: false,
    });
  });

  it("takes cache tokens of unknown life for five minutes", async () => {
    const directory = write({ "p/s.jsonl": answer({}, { cache_creation_input_tokens: 70 }) });
    const { entries } = await readTranscripts({ directory });
    expect(entries[0]?.usage).toMatchObject({ cacheWrite5m: 70, cacheWrite1h: 0 });
  });

  it("tells thinking, searches, fast mode and the client's own cost", async () => {
    const usage = {
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 30 },
      server_tool_use: { web_search_requests: 2 },
      speed: "fast",
    };
    const directory = write({ "p/s.jsonl": answer({ costUSD: 0.0125 }, usage) });
    const { entries } = await readTranscripts({ directory });
    expect(entries[0]).toMatchObject({
      fast: true,
      costNanoDollars: 12_500_000,
      usage: { output: 50, reasoning: 30, webSearches: 2 },
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["null where a text belongs", { cwd: null, version: null, requestId: null }, {}],
    ["null where counts belong", {}, { cache_read_input_tokens: null, cache_creation: null, speed: null }],
    ["null in a tool's input", { content: [{ type: "tool_use", input: { id: null } }] }, {}],
    ["a version that is none", { version: "dev" }, {}],
    ["an empty request id", { requestId: "" }, {}],
  ])("counts an answer with %s: it was paid for", async (_, more, usage) => {
    const { entries } = await readTranscripts({ directory: write({ "p/s.jsonl": answer(more, usage) }) });
    expect(entries.map(({ usage: read }) => [read.uncachedInput, read.output])).toEqual([[1, 2]]);
  });

  it("names projects by the path that makes their folder's name, whatever folder the session moved to", async () => {
    const { entries } = await readTranscripts({ directory: SAMPLE });
    expect([...new Set(entries.map(({ project }) => project))].toSorted()).toEqual([
      "/home/dev/blog",
      "/home/dev/notes",
      "/home/dev/shop.app",
    ]);
    expect(entries.find(({ messageId }) => messageId === "msg_a2")?.project).toBe("/home/dev/shop.app");
  });

  it("names a project by its folder where no line tells a path", async () => {
    const directory = write({ "-work-shop/s.jsonl": answer({ cwd: "/elsewhere" }) });
    const { entries } = await readTranscripts({ directory });
    expect(entries[0]).toMatchObject({ project: "-work-shop", projectFolder: "-work-shop" });
  });

  it("knows session and agent of a subagent's file from its path where the lines are silent", async () => {
    const line = answer({ sessionId: undefined, agentId: undefined });
    const directory = write({
      "p/one/subagents/agent-77.jsonl": line,
      "p/two/subagents/workflows/w/agent-88.jsonl": answer({ sessionId: undefined, requestId: "req_2" }),
      "p/three.jsonl": answer({ sessionId: "", requestId: "req_3" }),
    });
    const { entries } = await readTranscripts({ directory });
    expect(new Set(entries.map(({ session, agent }) => `${session} ${agent}`))).toEqual(
      new Set(["one 77", "three undefined", "two 88"]),
    );
  });

  it("takes from `since` on and up to, not with, `until`", async () => {
    const since = Date.parse("2026-11-17T23:59:59.999Z");
    const until = Date.parse("2026-11-18T00:00:00.000Z");
    const { entries, stats } = await readTranscripts({ directory: SAMPLE, since, until });
    expect(entries.map(({ messageId }) => messageId)).toEqual(["msg_a3"]);
    expect(stats.outsideRange).toBe(14);
  });

  it("takes Claude Code's own folder for the projects in it", async () => {
    const { entries, stats } = await readTranscripts({ directory: path.dirname(SAMPLE) });
    expect(stats.directory).toBe(SAMPLE);
    expect(entries).toHaveLength(15);
  });

  it("takes a project's folder that is named projects for what it is", async () => {
    const directory = write({ "projects/projects/s.jsonl": answer() });
    const { entries } = await readTranscripts({ directory: path.join(directory, "projects") });
    expect(entries[0]?.projectFolder).toBe("projects");
  });

  it.each<[string, string, object]>([
    ["a line that was cut off", answer().slice(0, -5), { torn: 1 }],
    ["bytes that are no text", "\u0000\u0000\u0000", { torn: 1 }],
    ["an object that is no JSON", '{"usage":}', { not_json: 1 }],
    ["an answer without a time", answer({ timestamp: undefined }), { no_time: 1 }],
    ["an answer at no possible time", answer({ timestamp: "yesterday" }), { no_time: 1 }],
    ["an answer without output", answer({}, { output_tokens: undefined }), { no_counts: 1 }],
    ["a negative count", answer({}, { input_tokens: -1 }), { no_counts: 1 }],
    ["half a token", answer({}, { output_tokens: 0.5 }), { no_counts: 1 }],
    ["a count in words", answer({}, { cache_read_input_tokens: "9" }), { no_counts: 1 }],
  ])("leaves out %s, counts it and goes on", async (_, line, skipped) => {
    const good = answer({
      requestId: "req_good",
      message: { id: "msg_good", usage: { input_tokens: 1, output_tokens: 1 } },
    });
    const directory = write({ "p/s.jsonl": `${line}\r\n\n${good}` });
    const { entries, stats } = await readTranscripts({ directory });
    expect(entries.map(({ messageId, model }) => [messageId, model])).toEqual([["msg_good", "unknown"]]);
    expect(stats.skipped).toEqual({ torn: 0, not_json: 0, too_long: 0, no_time: 0, no_counts: 0, ...skipped });
    expect(stats.lines).toBe(2);
  });

  it.each<[string, string]>([
    [
      "words of a user about usage",
      JSON.stringify({ type: "user", message: { content: '"usage":{"input_tokens":1}' } }),
    ],
    [
      "a tool's result with usage of its own",
      JSON.stringify({
        type: "user",
        message: { content: "" },
        toolUseResult: { usage: { input_tokens: 1, output_tokens: 1 } },
      }),
    ],
    ["a usage that is no object", JSON.stringify({ type: "assistant", message: { usage: null } })],
    ["a record of a request", JSON.stringify({ type: "api-request", params: { usage: {} } })],
    ["a list", "{}"],
  ])("takes no answer from %s", async (_, line) => {
    const { entries, stats } = await readTranscripts({ directory: write({ "p/s.jsonl": `${line}\n` }) });
    expect(entries).toEqual([]);
    expect(Object.values(stats.skipped).every((count) => count === 0)).toBe(true);
  });

  it("drops a line beyond the greatest length without holding it", async () => {
    const long = answer({ filler: "x".repeat(700_000) });
    const directory = write({ "p/s.jsonl": `${long}\n${answer()}\n${long}` });
    const { entries, stats } = await readTranscripts({ directory, maxLineBytes: 500_000 });
    expect(entries).toHaveLength(1);
    expect(stats).toMatchObject({ lines: 3, skipped: { too_long: 2 } });
  });

  it("reads lines whole wherever a chunk of the file ends", async () => {
    const lines = Array.from({ length: 4000 }, (_, index) =>
      answer({ requestId: `req_${index}`, filler: "ä€😀".repeat(index % 97) }, { output_tokens: index }),
    );
    const directory = write({ "p/s.jsonl": lines.join("\n") });
    const { entries } = await readTranscripts({ directory });
    expect(entries.map(({ usage }) => usage.output).toSorted((one, other) => one - other)).toEqual(
      lines.map((_, index) => index),
    );
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)(
    `names files and folders that cannot be read and reads the others${isRoot ? " (skipped: root may read everything)" : ""}`,
    async () => {
      const directory = write({ "p/good.jsonl": answer(), "p/locked.jsonl": answer(), "q/s.jsonl": answer() });
      chmodSync(path.join(directory, "p/locked.jsonl"), 0o000);
      chmodSync(path.join(directory, "q"), 0o000);
      const { entries, stats } = await readTranscripts({ directory });
      chmodSync(path.join(directory, "q"), 0o700);
      expect(entries).toHaveLength(1);
      expect(stats.unreadable).toEqual([
        { path: path.join(directory, "q"), reason: "EACCES" },
        { path: path.join(directory, "p/locked.jsonl"), reason: "EACCES" },
      ]);
    },
  );

  it("does not follow links", async () => {
    const directory = write({ "p/good.jsonl": answer() });
    symlinkSync(directory, path.join(directory, "p/round"));
    symlinkSync(path.join(directory, "nowhere"), path.join(directory, "p/broken.jsonl"));
    const { entries, stats } = await readTranscripts({ directory });
    expect(entries).toHaveLength(1);
    expect(stats).toMatchObject({ files: 1, unreadable: [] });
  });

  it("names the folder that is not there", async () => {
    const directory = path.join(write({}), "nowhere");
    const { entries, stats } = await readTranscripts({ directory });
    expect(entries).toEqual([]);
    expect(stats.unreadable).toEqual([{ path: directory, reason: "ENOENT" }]);
  });

  it(`finds the sample's project under ${SHOP}`, async () => {
    const { entries } = await readTranscripts({ directory: SAMPLE });
    expect(entries.filter(({ projectFolder }) => projectFolder === SHOP)).toHaveLength(9);
  });
});
