import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { type ReloadReport, startProviders } from "@switchyard/provider-kit";
import {
  createConfigurationFile,
  createSilentLogger,
  loadSettings,
  type RunningService,
  type Settings,
  SettingsError,
} from "@switchyard/service-kit";
import { HEADERS } from "@switchyard/wire";

import { createOpenAiCompatibleProvider } from "./openai-compatible-provider.ts";

const INNER = { [HEADERS.innerToken]: "inner" };
const COMPLETION = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-4.1",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

/** An upstream that notes with which key it was asked, and holds its answers back while it is told to. */
class Upstream {
  url = "";
  readonly keys: string[] = [];
  holds = false;
  #held: (() => void)[] = [];

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      request.resume();
      if (request.method === "GET") return void response.end('{"object":"list","data":[]}');
      this.keys.push(String(request.headers.authorization));
      const answer = (): void => void response.setHeader("content-type", "application/json").end(COMPLETION);
      if (this.holds) this.#held.push(answer);
      else answer();
    });
    this.url = `http://127.0.0.1:${await listen(server)}`;
    cleanups.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return this;
  }

  release(): void {
    this.holds = false;
    for (const answer of this.#held.splice(0)) answer();
  }

  async untilAsked(times: number): Promise<void> {
    while (this.keys.length < times) await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Host {
  service: RunningService;
  upstream: Upstream;
  ports: { openai: number; gemini: number };
  /** What the next reading of the settings brings. */
  next: (env: Record<string, string>) => void;
  fail: (error: Error) => void;
}

async function startHost(): Promise<Host> {
  const upstream = await new Upstream().start();
  const ports = { openai: await freePort(), gemini: await freePort() };
  const read = (env: Record<string, string>): Settings =>
    loadSettings({
      cwd: "/nonexistent",
      env: {
        OPENAI_API_KEY: "first",
        OPENAI_BASE_URL: `${upstream.url}/v1`,
        GEMINI_BASE_URL: `${upstream.url}/v1`,
        OPENAI_PORT: String(ports.openai),
        GEMINI_PORT: String(ports.gemini),
        SWITCHYARD_INNER_TOKEN: "inner",
        ...env,
      },
    });
  let readNext = (): Settings => read({});
  const service = await startProviders(
    {
      settings: read({}),
      logger: createSilentLogger(),
      reload: () => readNext(),
      configuration: createConfigurationFile({ cwd: "/nonexistent", env: {} }),
    },
    {
      service: "openai-compatible",
      serves: ({ name, enabled }) => enabled && (name === "openai" || name === "gemini"),
      create: createOpenAiCompatibleProvider,
    },
  );
  cleanups.push(() => service.close());
  return {
    service,
    upstream,
    ports,
    next: (env) => {
      readNext = () => read(env);
    },
    fail: (error) => {
      readNext = () => {
        throw error;
      };
    },
  };
}

const at = (port: number): string => `http://127.0.0.1:${port}`;

function ask(port: number): Promise<Response> {
  return fetch(`${at(port)}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ model: "gpt-4.1", max_tokens: 99, messages: [{ role: "user", content: "Hi" }] }),
  });
}

async function reload(port: number, headers: Record<string, string> = INNER): Promise<[number, Partial<ReloadReport>]> {
  const answer = await fetch(`${at(port)}/api/config/reload`, { method: "POST", headers });
  return [answer.status, (await answer.json()) as ReloadReport];
}

describe("a service whose settings are read anew", () => {
  it("serves the next requests by them, and those under way to their end by the old ones", async () => {
    const { ports, upstream, next } = await startHost();
    upstream.holds = true;
    const underWay = [ask(ports.openai), ask(ports.openai)];
    await upstream.untilAsked(2);
    next({ OPENAI_API_KEY: "second" });
    expect(await reload(ports.openai)).toMatchObject([200, { changed: ["openai"], failed: [] }]);
    const later = ask(ports.openai);
    await upstream.untilAsked(3);
    upstream.release();
    const answers = await Promise.all([...underWay, later]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(upstream.keys).toEqual(["Bearer first", "Bearer first", "Bearer second"]);
  });

  it("changes nothing where nothing has changed for it", async () => {
    const { ports, next } = await startHost();
    next({ ROUTING_STRATEGY: "cost", ANTHROPIC_UPSTREAM_API_KEY: "another service's" });
    expect(await reload(ports.openai)).toMatchObject([200, { changed: [], failed: [] }]);
  });

  it("opens a listener for a provider that has come, and closes that of one that has gone", async () => {
    const { service, ports, next } = await startHost();
    next({ GEMINI_API_KEY: "new" });
    expect(await reload(ports.openai)).toMatchObject([200, { changed: ["gemini"] }]);
    expect(service.urls).toEqual([at(ports.openai), at(ports.gemini)]);
    expect((await ask(ports.gemini)).status).toBe(200);
    next({});
    expect(await reload(ports.gemini)).toMatchObject([200, { changed: ["gemini"] }]);
    expect(service.urls).toEqual([at(ports.openai)]);
  });

  it("moves to another port", async () => {
    const { service, ports, next } = await startHost();
    const moved = await freePort();
    next({ OPENAI_PORT: String(moved) });
    expect(await reload(ports.openai)).toMatchObject([200, { changed: ["openai"] }]);
    expect(service.urls).toEqual([at(moved)]);
    expect((await ask(moved)).status).toBe(200);
  });

  it("stays where it is when the new port is taken, and says so", async () => {
    const { service, ports, next, upstream } = await startHost();
    const taken = Number(new URL(upstream.url).port);
    next({ OPENAI_PORT: String(taken) });
    const [status, { changed, failed }] = await reload(ports.openai);
    expect([status, changed]).toEqual([200, []]);
    expect(failed).toMatchObject([{ name: "openai", reason: expect.stringContaining(`port ${taken} is in use`) }]);
    expect(service.urls).toEqual([at(ports.openai)]);
    expect((await ask(ports.openai)).status).toBe(200);
  });

  it("keeps the old ones when there is a problem in the new ones, and names it with its remedy", async () => {
    const { ports, fail } = await startHost();
    fail(new SettingsError([{ path: "switchyard.yaml: port", problem: "is no number", remedy: "Write a number." }]));
    const [status, answer] = await reload(ports.openai);
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain("switchyard.yaml: port: is no number. Write a number.");
    expect((await ask(ports.openai)).status).toBe(200);
  });

  it("follows once for each time that it is told, in their order", async () => {
    const { ports, upstream, next } = await startHost();
    next({ OPENAI_API_KEY: "second" });
    const both = await Promise.all([reload(ports.openai), reload(ports.openai)]);
    expect(both.map(([, { changed }]) => changed)).toEqual([["openai"], []]);
    await ask(ports.openai);
    expect(upstream.keys).toEqual(["Bearer second"]);
  });

  it("is told by nobody from another site", async () => {
    const { ports } = await startHost();
    const [status] = await reload(ports.openai, { origin: "https://elsewhere.example" });
    expect(status).toBe(403);
  });
});
