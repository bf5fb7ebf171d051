import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { forEachLine } from "./for-each-line.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-lines-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: string, maxLineBytes = 1_000_000): Promise<{ lines: string[]; bytes: number }> {
  const file = path.join(folder, "file");
  writeFileSync(file, content);
  const lines: string[] = [];
  const bytes = await forEachLine(file, {
    maxLineBytes,
    onLine: (line) => void lines.push(line.toString()),
    onTooLong: () => void lines.push("too long"),
  });
  return { lines, bytes };
}

describe("forEachLine", () => {
  it.each<[string, string, string[]]>([
    ["an empty file", "", []],
    ["a file of newlines", "\n\n\r\n", []],
    ["a last line without an end", "a\nb", ["a", "b"]],
    ["a last line with an end", "a\nb\n", ["a", "b"]],
    ["lines that end as on Windows", "a\r\nb\r\n", ["a", "b"]],
    ["characters of several bytes", "ä\n😀\n", ["ä", "😀"]],
  ])("reads %s", async (_, content, lines) => {
    expect(await read(content)).toEqual({ lines, bytes: Buffer.byteLength(content) });
  });

  it("tells of a line that is too long in its place, also when it is the last", async () => {
    const { lines } = await read(`a\n${"x".repeat(600_000)}\nb\n${"y".repeat(600_000)}`, 500_000);
    expect(lines).toEqual(["a", "too long", "b", "too long"]);
  });

  it("reads a line of exactly the greatest length", async () => {
    expect((await read("abc\nabcd\n", 3)).lines).toEqual(["abc", "too long"]);
  });

  it("puts a line together that spans several chunks of the file", async () => {
    const long = "z".repeat(900_000);
    expect((await read(`a\n${long}\nb`)).lines).toEqual(["a", long, "b"]);
  });

  it("rejects when the file is not there", async () => {
    await expect(
      forEachLine(path.join(folder, "nowhere"), { maxLineBytes: 1, onLine: () => {}, onTooLong: () => {} }),
    ).rejects.toThrow(/ENOENT/);
  });
});
