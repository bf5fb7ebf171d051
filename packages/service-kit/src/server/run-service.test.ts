import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, describe, expect, it } from "@jest/globals";

const PROGRAM = fileURLToPath(new URL("__fixtures__/run-test-service.ts", import.meta.url));

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Run {
  child: ChildProcess;
  /** Resolves once this text was printed. */
  printed: (text: string) => Promise<void>;
  ended: Promise<{ code: number | null; output: string }>;
}

/** The service in a process of its own; `what` tells the fixture how to behave. */
function run(what: string, env: Record<string, string> = {}): Run {
  const cwd = mkdtempSync(join(tmpdir(), "switchyard-run-"));
  writeFileSync(join(cwd, "switchyard.yaml"), `gateway:\n  allowed_hosts: [${what === "" ? "x" : what}]\n`);
  const child = spawn(process.execPath, [PROGRAM], { cwd, env: { PATH: process.env["PATH"] ?? "", ...env } });
  cleanups.push(() => {
    child.kill("SIGKILL");
    rmSync(cwd, { recursive: true, force: true });
  });
  let output = "";
  const waiting: (() => void)[] = [];
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    for (const check of waiting) check();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, output }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (output.includes(text)) resolve();
      };
      waiting.push(check);
      check();
      void ended.then(() => reject(new Error(`ended without printing ${text}:\n${output}`)));
    });
  return { child, printed, ended };
}

describe("runService", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("closes in order at %s and ends with 0", async (signal) => {
    const { child, printed, ended } = run("");
    await printed("started");
    child.kill(signal);
    const { code, output } = await ended;
    expect(code).toBe(0);
    expect(output).toContain("closed in order");
  });

  it("ends at once at the second signal", async () => {
    const { child, printed, ended } = run("stuck");
    await printed("started");
    child.kill("SIGINT");
    await printed("stopping");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
  });

  it("ends with 1 when closing fails, and says so", async () => {
    const { child, printed, ended } = run("fails");
    await printed("started");
    child.kill("SIGTERM");
    const { code, output } = await ended;
    expect(code).toBe(1);
    expect(output).toContain("closing failed");
  });

  it("takes PORT for its own", async () => {
    const { child, printed, ended } = run("", { PORT: "9123" });
    await printed("port 9123");
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  });

  it("prints every problem of the settings and ends with 78", async () => {
    const { code, output } = await run("", { PORT: "none", LOG_LEVEL: "loud" }).ended;
    expect(code).toBe(78);
    expect(output).toContain("anthropic cannot start");
    expect(output).toContain("PORT");
    expect(output).toContain("LOG_LEVEL");
    expect(output).not.toContain("    at ");
  });

  it("says why it cannot start, without a stack, and ends with 1", async () => {
    const { code, output } = await run("taken").ended;
    expect(code).toBe(1);
    expect(output).toContain("anthropic cannot start: anthropic cannot listen on 127.0.0.1:1: port 1 is in use.");
    expect(output).not.toContain("    at ");
  });

  it("logs what nobody caught and ends with 1", async () => {
    const { code, output } = await run("breaks").ended;
    expect(code).toBe(1);
    expect(output).toContain("unforeseen error");
    expect(output).toContain("nobody caught this");
  });
});
