import { setImmediate as nextTurn } from "node:timers/promises";

import { afterEach } from "@jest/globals";
import {
  createSettingsHolder,
  createSilentLogger,
  type GatewaySettings,
  type ProviderSettings,
  type Settings,
  type SettingsHolder,
} from "@switchyard/service-kit";
import { createMemoryState } from "@switchyard/state";
import type { ModelInfo, UsageEvent } from "@switchyard/wire";

import { createGateway, type Gateway, type GatewayDeps } from "../create-gateway.ts";
import { type FakeService, modelInfo, startFakeService } from "./fake-service.ts";
import { gatewaySettings, providerSettings } from "./gateway-settings.ts";

export interface MeshOptions {
  gateway?: Partial<GatewaySettings>;
  settings?: Partial<Settings>;
  /** For each provider, by its place. */
  providers?: readonly Partial<ProviderSettings>[];
  /** For each provider, by its place; default: the one model "claude-test". */
  models?: readonly ModelInfo[][];
  deps?: Partial<GatewayDeps>;
}

export interface TestMesh {
  gateway: Gateway;
  services: FakeService[];
  holder: SettingsHolder;
  /** What the gateway has written into the books, in order. */
  usage: UsageEvent[];
  close(): Promise<void>;
}

/** A gateway before fake provider services named one, two, three, in this order of priority. */
export async function startMesh(count: number, options: MeshOptions = {}): Promise<TestMesh> {
  const names = ["one", "two", "three", "four", "five"].slice(0, count);
  const services = await Promise.all(
    names.map((name, index) => startFakeService(name, options.models?.[index] ?? [modelInfo("claude-test")])),
  );
  const providers = services.map((service, index) =>
    providerSettings(names[index] ?? "", service.url, { priority: index, ...options.providers?.[index] }),
  );
  const holder = createSettingsHolder(gatewaySettings(providers, options.gateway, options.settings));
  const state = createMemoryState();
  const usage: UsageEvent[] = [];
  const gateway = await createGateway({
    settings: holder,
    state,
    outbox: { append: (event) => void usage.push(event) },
    logger: createSilentLogger(),
    listen: { host: "127.0.0.1", port: 0 },
    ...options.deps,
  });
  await gateway.ready;
  return {
    gateway,
    services,
    holder,
    usage,
    close: async () => {
      for (const service of services) service.close();
      await gateway.close();
      await state.close();
    },
  };
}

export const MINIMAL = { model: "claude-test", max_tokens: 10, messages: [{ role: "user", content: "hi" }] };

export const STREAMED = { ...MINIMAL, stream: true };

/** Starts meshes for the tests of a file, and closes each when its test is over. */
export function useMeshes(): (count: number, options?: MeshOptions) => Promise<TestMesh> {
  const open: TestMesh[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((mesh) => mesh.close()));
  });
  return async (count, options = {}) => {
    const mesh = await startMesh(count, options);
    open.push(mesh);
    return mesh;
  };
}

/** Waits until it is true, 30 s at most. */
export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error("It did not come true.");
    await nextTurn();
  }
}

export interface Received {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

/** Posts a request for a message and reads the answer whole. */
export async function post(
  mesh: Pick<TestMesh, "gateway">,
  body: unknown = MINIMAL,
  headers: Record<string, string> = {},
  path = "/v1/messages",
): Promise<Received> {
  const response = await fetch(mesh.gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return receive(response);
}

export async function get(mesh: Pick<TestMesh, "gateway">, path: string, headers = {}): Promise<Received> {
  return receive(await fetch(mesh.gateway.url + path, { headers, redirect: "manual" }));
}

async function receive(response: Response): Promise<Received> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
