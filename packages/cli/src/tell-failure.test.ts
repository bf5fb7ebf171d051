import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { SettingsError } from "@switchyard/service-kit";
import { EXIT, tellFailure } from "./tell-failure.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const LIMIT_MS = 60_000;
const PROBLEM = { path: "switchyard.yaml: gateway.port", problem: '"x" is not a port', remedy: "Change it." };

describe("tellFailure", () => {
  it("names each problem of the settings, with its place and what would be right", () => {
    expect(tellFailure(new SettingsError([PROBLEM]))).toEqual({
      text: 'The configuration has a problem:\n  switchyard.yaml: gateway.port: "x" is not a port. Change it.\n',
      exitCode: EXIT.configuration,
    });
    expect(tellFailure(new SettingsError([PROBLEM, PROBLEM]))?.text).toContain("has 2 problems:");
  });

  it("knows nothing of other errors: their stack is shown", () => {
    expect(tellFailure(new Error("unforeseen"))).toBeUndefined();
  });
});

describe("the switchyard command", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-main-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(...args: string[]): { code: number | null; errors: string } {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: folder },
    });
    return { code: status, errors: stderr };
  }

  it.each([["status"], ["costs"], ["keys", "list"], ["keys", "create", "laptop"], ["claude", "-p", "hi"], ["start"]])(
    "tells what is wrong in the settings, without a stack: %s",
    (...args) => {
      writeFileSync(path.join(folder, "switchyard.yaml"), "gateway: { port: 99999 }\n");
      const { code, errors } = run(...args);
      expect(code).toBe(EXIT.configuration);
      expect(errors).toBe(
        'The configuration has a problem:\n  switchyard.yaml: gateway.port: "99999" is not a whole number from 1 to 65535. Change it, or leave it out for the default.\n',
      );
    },
    LIMIT_MS,
  );

  it(
    "names its commands to whoever asks for one that it does not have",
    () => {
      const { code, errors } = run("stauts", "--json");
      expect(code).toBe(EXIT.usage);
      expect(errors).toMatch(/^There is no command "stauts"; there are start, demo, status, .*costs, keys\.\n$/);
      expect(errors).not.toContain("create-tokens");
    },
    LIMIT_MS,
  );
});
