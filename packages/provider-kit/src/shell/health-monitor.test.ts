import { describe, expect, it } from "@jest/globals";
import { createSilentLogger } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";

import type { Provider } from "../provider.ts";
import { type HealthMonitorOptions, createHealthMonitor } from "./health-monitor.ts";

const base: Provider = {
  name: "p",
  kind: "p",
  models: () => [],
  tiers: () => ({ big: [], middle: [], small: [] }),
  status: () => ({ status: "ok" }),
  authorize: async () => ({}),
  check: async () => {},
  close: async () => {},
};

function monitor(changes: Partial<Provider>, options: Partial<HealthMonitorOptions> = {}) {
  const created = createHealthMonitor(
    { ...base, ...changes },
    { intervalMs: 0, timeoutMs: 1000, logger: createSilentLogger(), ...options },
  );
  return created;
}

describe("createHealthMonitor", () => {
  it("is checking until the first check has ended, and ok after a good one", async () => {
    const gate = Promise.withResolvers<void>();
    const health = monitor({ check: () => gate.promise });
    expect(health.report()).toEqual({ status: "checking" });
    const checked = health.check();
    expect(health.report().status).toBe("checking");
    gate.resolve();
    expect(await checked).toMatchObject({
      status: "ok",
      checked_at: expect.any(String),
      latency_ms: expect.any(Number),
    });
  });

  it("tells why a check failed, and forgets it after a good one", async () => {
    let error: GatewayError | undefined = new GatewayError("api_error", "key refused", { failure: "auth" });
    const health = monitor({
      check: async () => {
        if (error !== undefined) throw error;
      },
    });
    expect(await health.check()).toMatchObject({ status: "unreachable", failure: "auth", reason: "key refused" });
    error = undefined;
    expect((await health.check()).status).toBe("ok");
  });

  it("knows a retired upstream", async () => {
    const gone = new GatewayError("not_found_error", "gone", { failure: "retired" });
    expect(await monitor({ check: () => Promise.reject(gone) }).check()).toMatchObject({ status: "retired" });
  });

  it("asks nobody while the provider is not configured", async () => {
    let checks = 0;
    const health = monitor({
      status: () => ({ status: "unconfigured", missing: ["A_KEY"] }),
      check: async () => {
        checks += 1;
      },
    });
    expect(await health.check()).toEqual({ status: "unconfigured", missing: ["A_KEY"] });
    expect(checks).toBe(0);
  });

  it("shares one check between those who ask at the same time", async () => {
    let checks = 0;
    const health = monitor({
      check: async () => {
        checks += 1;
      },
    });
    await Promise.all([health.check(), health.check(), health.check()]);
    expect(checks).toBe(1);
  });

  it("gives a check that hangs a limit, by its signal", async () => {
    const health = monitor(
      {
        check: (signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason as Error));
          }),
      },
      { timeoutMs: 20 },
    );
    expect(await health.check()).toMatchObject({ status: "unreachable", failure: "timeout" });
  });

  it("checks again and again until it is closed, which ends a check under way", async () => {
    let checks = 0;
    const third = Promise.withResolvers<void>();
    const health = monitor(
      {
        check: async (signal) => {
          checks += 1;
          if (checks < 3) return;
          third.resolve();
          await new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason as Error));
          });
        },
      },
      { intervalMs: 5 },
    );
    health.start();
    await third.promise;
    await health.close();
    expect(health.report().status).toBe("ok");
  });

  it("asks a failed upstream again after a second, not after the interval", async () => {
    const second = Promise.withResolvers<number>();
    const startedAt = performance.now();
    let checks = 0;
    const health = monitor(
      {
        check: async () => {
          checks += 1;
          if (checks === 1) throw new GatewayError("api_error", "not up yet", { failure: "network" });
          second.resolve(performance.now() - startedAt);
        },
      },
      { intervalMs: 60_000 },
    );
    health.start();
    expect(await second.promise).toBeLessThan(30_000);
    await health.close();
  });

  it("names what a provider throws that is no error of ours", async () => {
    const health = monitor({ check: () => Promise.reject(new TypeError("bug")) });
    expect(await health.check()).toMatchObject({ status: "unreachable", failure: "network" });
  });
});
