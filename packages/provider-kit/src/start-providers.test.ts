import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createConfigurationFile, createSilentLogger, loadSettings, type Settings } from "@switchyard/service-kit";
import type { ServiceContext } from "@switchyard/service-kit/run-service";

import { createUnconfiguredProvider } from "./create-unconfigured-provider.ts";
import { type StartProvidersOptions, startProviders } from "./start-providers.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function contextOf(settings: Settings): ServiceContext {
  const configuration = createConfigurationFile({ cwd: "/nonexistent", env: {} });
  return { settings, logger: createSilentLogger(), reload: () => settings, configuration };
}

function settingsOf(ports: { openai: number; gemini: number }) {
  return loadSettings({
    cwd: "/nonexistent",
    env: {
      OPENAI_API_KEY: "k1",
      GEMINI_API_KEY: "k2",
      OPENAI_PORT: String(ports.openai),
      GEMINI_PORT: String(ports.gemini),
      SWITCHYARD_CLIENT_KEY: "client",
      SWITCHYARD_INNER_TOKEN: "inner",
    },
  });
}

const OPTIONS: StartProvidersOptions = {
  service: "openai-compatible",
  serves: ({ kind }) => kind === "openai" || kind === "gemini",
  create: (settings, { catalog }) => createUnconfiguredProvider(settings, catalog),
};

describe("startProviders", () => {
  it("gives every provider that it serves a listener of its own, under one set of keys", async () => {
    const ports = { openai: await freePort(), gemini: await freePort() };
    const running = await startProviders(contextOf(settingsOf(ports)), OPTIONS);
    cleanups.push(() => running.close());
    expect(running.urls).toEqual([`http://127.0.0.1:${ports.openai}`, `http://127.0.0.1:${ports.gemini}`]);
    for (const [provider, port] of Object.entries(ports)) {
      const info = await fetch(`http://127.0.0.1:${port}/info`, { headers: { "x-api-key": "client" } });
      expect(await info.json()).toMatchObject({ provider, port, status: "unconfigured" });
      expect((await fetch(`http://127.0.0.1:${port}/info`)).status).toBe(401);
    }
  });

  it("starts none when one cannot start", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => {
      blocker.listen(0, "127.0.0.1", resolve);
    });
    cleanups.push(() => blocker.close());
    const ports = { openai: await freePort(), gemini: (blocker.address() as AddressInfo).port };
    const starting = startProviders(contextOf(settingsOf(ports)), OPTIONS);
    await expect(starting).rejects.toThrow(/gemini cannot listen on .* is in use/);
    await expect(fetch(`http://127.0.0.1:${ports.openai}/health/live`)).rejects.toThrow();
  });

  it("says so when nothing is configured for it", async () => {
    const settings = settingsOf({ openai: 1, gemini: 2 });
    const starting = startProviders(contextOf(settings), { ...OPTIONS, serves: () => false });
    await expect(starting).rejects.toThrow("no provider is configured for this service");
  });

  it("serves nothing, and fails nobody, where it may be idle", async () => {
    const settings = settingsOf({ openai: 1, gemini: 2 });
    const idle = { ...OPTIONS, serves: () => false, mayBeIdle: true };
    const service = await startProviders(contextOf(settings), idle);
    expect(service.urls).toEqual([]);
    await expect(service.close()).resolves.toBeUndefined();
  });
});
