import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createHttpClient, type HttpClient } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";

import { createModelDiscovery, type ModelDiscovery } from "./model-discovery.ts";

interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

let answers: Answer[];
let requests: http.IncomingMessage[];
let warnings: unknown[];
let onWarning: (fields: unknown) => void;
let server: http.Server;
let client: HttpClient;
let directory: string;
let opened: ModelDiscovery<string[]>[];

beforeEach(async () => {
  answers = [];
  requests = [];
  warnings = [];
  onWarning = (fields) => void warnings.push(fields);
  opened = [];
  server = http.createServer((request, response) => {
    requests.push(request);
    const answer = answers.shift() ?? { status: 500 };
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = createHttpClient({ connectTimeoutMs: 1000 });
  directory = await mkdtemp(join(tmpdir(), "discovery-"));
});

afterEach(async () => {
  for (const discovery of opened) await discovery.close();
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

function baseUrl(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(path = "/models"): ModelDiscovery<string[]> {
  const discovery = createModelDiscovery<string[]>({
    url: `${baseUrl()}${path}`,
    headers: async () => ({ authorization: "Bearer secret" }),
    parse: (json) => {
      if (!Array.isArray(json) || json.length === 0) throw new Error("it names no model");
      return json as string[];
    },
    nameFailure: (answer) => new GatewayError("api_error", `status ${answer.status}`, { status: answer.status }),
    http: client,
    cacheFile: join(directory, "models.json"),
    intervalMs: 3_600_000,
    log: { info: () => {}, warn: (_message, fields) => onWarning(fields) },
  });
  opened.push(discovery);
  return discovery;
}

const listing = (...names: string[]): Answer => ({ status: 200, body: JSON.stringify(names) });

describe("createModelDiscovery", () => {
  it("knows nothing before it has asked", () => {
    expect(open().state()).toEqual({ listing: undefined, source: "none" });
    expect(requests).toHaveLength(0);
  });

  it("asks with the credential and keeps what the upstream lists", async () => {
    answers.push(listing("a", "b"));
    const discovery = open();
    await discovery.refresh();
    expect(discovery.state()).toMatchObject({ listing: ["a", "b"], source: "upstream" });
    expect(requests[0]?.headers.authorization).toBe("Bearer secret");
  });

  it("sends the ETag back, and a 304 keeps the listing", async () => {
    answers.push({ ...listing("a"), headers: { etag: '"v1"' } }, { status: 304 });
    const discovery = open();
    await discovery.refresh();
    await discovery.refresh();
    expect(requests[1]?.headers["if-none-match"]).toBe('"v1"');
    expect(discovery.state()).toMatchObject({ listing: ["a"], source: "upstream" });
  });

  it("keeps the last good listing when a later answer fails, and says why", async () => {
    answers.push(listing("a"), { status: 503 });
    const discovery = open();
    await discovery.refresh();
    await expect(discovery.refresh()).rejects.toThrow("status 503");
    expect(discovery.state().listing).toEqual(["a"]);
    expect(discovery.state().failure?.status).toBe(503);
  });

  it.each([
    ["what is not JSON", { status: 200, body: "<html>proxy login</html>" }, "it is not JSON"],
    ["an empty list", listing(), "it names no model"],
    ["half an answer", { status: 200, body: '["a","' }, "it is not JSON"],
  ])("does not let %s replace a good listing", async (_what, answer, problem) => {
    answers.push(listing("a"), answer);
    const discovery = open();
    await discovery.refresh();
    await expect(discovery.refresh()).rejects.toThrow(problem);
    expect(discovery.state().listing).toEqual(["a"]);
  });

  it("forgets the failure once the upstream answers again", async () => {
    answers.push({ status: 500 }, listing("a"));
    const discovery = open();
    await expect(discovery.refresh()).rejects.toThrow(GatewayError);
    await discovery.refresh();
    expect(discovery.state()).not.toHaveProperty("failure");
  });

  it("has the listing from disk after a restart while the upstream is away", async () => {
    answers.push({ ...listing("a"), headers: { etag: '"v1"' } });
    await open().refresh();
    const restarted = open();
    restarted.start();
    await restarted.close();
    expect(restarted.state()).toMatchObject({ listing: ["a"], source: "disk" });
  });

  it("asks with the ETag from disk after a restart", async () => {
    answers.push({ ...listing("a"), headers: { etag: '"v1"' } });
    await open().refresh();
    answers.push({ status: 304 });
    const asked = new Promise<http.IncomingMessage>((resolve) => server.once("request", resolve));
    open().start();
    expect((await asked).headers["if-none-match"]).toBe('"v1"');
  });

  it("takes nothing from a file that another address filled", async () => {
    answers.push(listing("a"));
    await open().refresh();
    const other = open("/other/models");
    other.start();
    await other.close();
    expect(other.state()).toMatchObject({ listing: undefined, source: "none" });
  });

  it.each(["", "{", '{"url":1}', "[]"])("starts without a damaged file (%j)", async (content) => {
    await writeFile(join(directory, "models.json"), content);
    answers.push(listing("a"));
    const discovery = open();
    discovery.start();
    await discovery.refresh();
    expect(discovery.state().listing).toEqual(["a"]);
  });

  it("leaves one whole file and no rest of its writing", async () => {
    answers.push(listing("a"));
    await open().refresh();
    expect(await readdir(directory)).toEqual(["models.json"]);
    expect(JSON.parse(await readFile(join(directory, "models.json"), "utf8"))).toMatchObject({ json: ["a"] });
    expect(await readFile(join(directory, "models.json"), "utf8")).not.toContain("secret");
  });

  it("shares one request between callers at the same time", async () => {
    answers.push(listing("a"));
    const discovery = open();
    await Promise.all([discovery.refresh(), discovery.refresh(), discovery.refresh()]);
    expect(requests).toHaveLength(1);
  });

  it("lets one caller give up without taking the answer from the others", async () => {
    answers.push(listing("a"));
    const discovery = open();
    const others = discovery.refresh();
    await expect(discovery.refresh(AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    await others;
    expect(discovery.state().listing).toEqual(["a"]);
  });

  it("goes on and warns when the first request of a start fails", async () => {
    answers.push({ status: 401 });
    const discovery = open();
    const warned = new Promise<unknown>((resolve) => (onWarning = resolve));
    discovery.start();
    expect(await warned).toEqual({ problem: "status 401", source: "none" });
    answers.push(listing("a"));
    await discovery.refresh();
    expect(discovery.state().listing).toEqual(["a"]);
  });

  it("closes while the upstream keeps it waiting", async () => {
    server.removeAllListeners("request");
    const reached = new Promise((resolve) => server.once("request", resolve));
    const discovery = open();
    discovery.start();
    await reached;
    await discovery.close();
    expect(warnings).toEqual([]);
  });
});
