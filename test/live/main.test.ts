import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";

const MAIN = path.join(import.meta.dirname, "main.ts");
const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-live-main-"));

/** The command of somebody who has set just this, in an empty folder. */
function runMain(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"], ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run test:live", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("says what to set when nothing is, and ends well", () => {
    const { status, stdout } = runMain([]);
    expect(status).toBe(0);
    expect(stdout).toContain("No upstream to ask.");
    expect(stdout).toMatch(/openai: \d+ cases skipped, set OPENAI_API_KEY/);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^0 passed, 0 failed, [1-9]\d* skipped$/);
  });

  it("shows with --list whom it would ask, and asks nobody", () => {
    const { status, stdout } = runMain(["--list"], {
      OPENAI_API_KEY: "sk-nobodys",
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    });
    expect(status).toBe(0);
    expect(stdout).toContain("openai at 127.0.0.1:9, models such as gpt-6-luna");
    expect(stdout).toContain("altered-signature");
    expect(stdout).toContain("gemini: set GEMINI_API_KEY");
    expect(stdout).not.toContain("nobodys");
  });

  it("fails where the upstream cannot be reached, without a word of the key", () => {
    const env = { OPENAI_API_KEY: "sk-nobodys", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
    const { status, stdout, stderr } = runMain(["--only", "openai"], env);
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ the upstream answers\n\s+\S/);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^0 passed, 1 failed, \d+ skipped$/);
    expect(stdout + stderr).not.toContain("nobodys");
  });

  it.each([
    [["--only", "nobody"], "no provider is called nobody"],
    [["--case", "nothing"], "no case is called nothing"],
    [["--max-dollars", "lots"], "--max-dollars lots"],
  ])("refuses %j and shows how it is used", (args, message) => {
    const { status, stderr } = runMain(args);
    expect(status).toBe(64);
    expect(stderr).toContain(message);
    expect(stderr).toContain("npm run test:live -- [options]");
  });

  it("says what is wrong with the settings", () => {
    const { status, stderr } = runMain([], { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: "nowhere" });
    expect(status).toBe(78);
    expect(stderr).toContain("OPENAI_BASE_URL");
  });
});
