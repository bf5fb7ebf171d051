import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { afterEach, describe, expect, it } from "@jest/globals";
import { restartDelayMs } from "./backoff.ts";
import { createServiceProcess, type ServiceProcess, type ServiceSpec } from "./service-process.ts";

const RUNS_FOREVER = "setInterval(() => {}, 1000); console.log('up')";

describe("restartDelayMs", () => {
  it.each([
    [0, 500],
    [1, 1000],
    [5, 16_000],
    [6, 30_000],
    [1000, 30_000],
  ])("attempt %i waits %i ms", (attempt, expected) => {
    expect(restartDelayMs(attempt)).toBe(expected);
  });
});

describe("a supervised service", () => {
  const running: ServiceProcess[] = [];
  afterEach(() => running.splice(0).forEach((service) => service.kill()));

  function start(script: string) {
    const spawned: ChildProcess[] = [];
    const deaths: { reason: string; restartInMs?: number }[] = [];
    const waiting: (() => void)[] = [];
    const spec: ServiceSpec = { name: "sample", command: ["-e", script], env: process.env, cwd: process.cwd() };
    const service = createServiceProcess(spec, {
      onSpawn: (child) => {
        spawned.push(child);
        waiting.splice(0).forEach((go) => go());
      },
      onDeath: (death) => {
        deaths.push(death);
        waiting.splice(0).forEach((go) => go());
      },
      restartDelay: (attempt) => attempt * 5,
    });
    running.push(service);
    const spawnedTimes = async (times: number): Promise<void> => {
      while (spawned.length < times) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    const up = async (index: number): Promise<void> => {
      const stdout = spawned[index]?.stdout;
      if (stdout) await once(stdout, "data");
    };
    const died = async (): Promise<void> => {
      while (deaths.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    return { service, spawned, deaths, spawnedTimes, died, up };
  }

  it("is started again after it died, and the death is told with its reason", async () => {
    const { deaths, spawnedTimes } = start("process.exit(3)");
    await spawnedTimes(3);
    expect(deaths.slice(0, 2)).toEqual([
      { reason: "ended with code 3", restartInMs: 0 },
      { reason: "ended with code 3", restartInMs: 5 },
    ]);
  });

  it("is started again after kill -9", async () => {
    const { service, deaths, spawnedTimes, up } = start(RUNS_FOREVER);
    await up(0);
    const first = service.pid;
    process.kill(first ?? 0, "SIGKILL");
    await spawnedTimes(2);
    expect(deaths[0]?.reason).toBe("was ended by SIGKILL");
    expect(service.pid).not.toBe(first);
  });

  it("is not started again when its configuration is wrong", async () => {
    const { deaths, died, spawned } = start("process.exit(78)");
    await died();
    expect(deaths).toEqual([{ reason: "ended with code 78" }]);
    expect(spawned).toHaveLength(1);
  });

  it("is not started again once it was told to stop", async () => {
    const { service, spawned, deaths, up } = start(RUNS_FOREVER);
    await up(0);
    await service.stop();
    expect(service.pid).toBeUndefined();
    expect(spawned).toHaveLength(1);
    expect(deaths).toEqual([]);
  });

  it("runs in a process group of its own, so that the terminal's Ctrl-C does not reach it", async () => {
    const { service, up } = start(RUNS_FOREVER);
    const pid = service.pid ?? 0;
    await up(0);
    expect(pid).toBeGreaterThan(0);
    expect(() => process.kill(-pid, 0)).not.toThrow();
  });
});
