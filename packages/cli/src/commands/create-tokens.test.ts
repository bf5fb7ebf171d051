import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createTokens } from "./create-tokens.ts";

const made: string[] = [];
const parent = (): string => {
  const one = mkdtempSync(path.join(os.tmpdir(), "switchyard-tokens-"));
  made.push(one);
  return one;
};
const folder = (): string => path.join(parent(), "deeper");
afterEach(() => {
  for (const one of made.splice(0)) rmSync(one, { recursive: true, force: true });
});

describe("createTokens", () => {
  it("writes an inner and an admin token that differ, readable by the owner alone", () => {
    const where = folder();
    expect(createTokens(where)).toEqual(["inner-token", "admin-token"]);
    const [inner, admin] = ["inner-token", "admin-token"].map((name) => readFileSync(path.join(where, name), "utf8"));
    expect(inner).toMatch(/^[\w-]{43}$/);
    expect(inner).not.toBe(admin);
    expect(statSync(path.join(where, "admin-token")).mode & 0o777).toBe(0o600);
  });

  it("leaves tokens that exist as they are", () => {
    const where = folder();
    createTokens(where);
    const before = readFileSync(path.join(where, "inner-token"), "utf8");
    expect(createTokens(where)).toEqual([]);
    expect(readFileSync(path.join(where, "inner-token"), "utf8")).toBe(before);
  });

  it("says which path it could not write to", () => {
    const file = path.join(parent(), "a-file");
    writeFileSync(file, "");
    expect(() => createTokens(path.join(file, "below"))).toThrow(file);
  });
});
