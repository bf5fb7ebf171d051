import { type AddressInfo, connect, type Server, createServer } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import type { Express } from "express";

import { createAccessGuard } from "../access/create-access-guard.ts";
import { createApp } from "../app/create-app.ts";
import { createSilentLogger } from "../logging/create-logger.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { type ServerOptions, startServer } from "./start-server.ts";

const POST = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n";

const open: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function start(routes: (app: Express) => void, options: Partial<ServerOptions> = {}) {
  const app = createApp({
    service: "github-models",
    logger: createSilentLogger(),
    metrics: createMetrics("test"),
    guard: createAccessGuard(() => ({ clientKeys: [], allowedHosts: [], allowedOrigins: [] })),
    routes,
  });
  const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5000, ...options });
  open.push(() => server.close());
  return { app, server };
}

describe("startServer", () => {
  it("takes a free port and says which", async () => {
    const { server } = await start(() => {});
    expect(server.port).toBeGreaterThan(0);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  });

  it("names port, service and setting when the port is taken", async () => {
    const blocker: Server = createServer();
    await new Promise<void>((resolve) => {
      blocker.listen(0, "127.0.0.1", resolve);
    });
    open.push(() => blocker.close());
    const { port } = blocker.address() as AddressInfo;
    await expect(start(() => {}, { port })).rejects.toThrow(
      new RegExp(`github-models cannot listen on 127.0.0.1:${port}: port ${port} is in use.*GITHUB_MODELS_PORT`),
    );
  });

  it("lets a running request end before it closes, and takes no new one", async () => {
    const arrived = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { server } = await start((app) => {
      app.get("/slow", async (_request, response) => {
        arrived.resolve();
        await go.promise;
        response.send("whole");
      });
    });
    const answer = fetch(`${server.url}/slow`);
    await arrived.promise;
    const closed = server.close();
    await expect(fetch(`${server.url}/slow`)).rejects.toThrow();
    go.resolve();
    expect(await (await answer).text()).toBe("whole");
    await closed;
  });

  it("tells requests that outlive the grace to end, and delivers their last word", async () => {
    const { app, server } = await start(
      (routes) => {
        routes.get("/stream", (_request, response) => {
          response.write("begin,");
          app.lifecycle.onShutdown(() => response.end("last word"));
        });
      },
      { graceMs: 50 },
    );
    const answer = await fetch(`${server.url}/stream`);
    const closed = server.close();
    expect(await answer.text()).toBe("begin,last word");
    await closed;
  });

  it("breaks what does not end even then", async () => {
    const { server } = await start(
      (app) => {
        app.get("/stuck", (_request, response) => {
          response.write("begin,");
        });
      },
      { graceMs: 20 },
    );
    const answer = await fetch(`${server.url}/stuck`);
    const text = answer.text();
    const outcome = expect(text).rejects.toThrow();
    await server.close();
    await outcome;
  });

  it("does not wait for idle connections", () =>
    whenQuiet(async () => {
      const { server } = await start(() => {});
      await (await fetch(`${server.url}/health/live`)).text();
      const before = performance.now();
      await server.close();
      expect(performance.now() - before).toBeLessThan(2000);
    }));

  it("closes once, whoever asks, and runs every cleanup although one fails", async () => {
    const ran: string[] = [];
    const { server } = await start(() => {}, {
      cleanups: [
        () => {
          ran.push("first");
          throw new Error("broken");
        },
        async () => {
          ran.push("second");
        },
      ],
    });
    open.splice(0);
    const first = server.close();
    expect(server.close()).toBe(first);
    await expect(first).rejects.toThrow(AggregateError);
    expect(ran).toEqual(["first", "second"]);
  });
});

describe("a request that cannot be read", () => {
  it.each([
    ["no HTTP at all", "hello\r\n\r\n", 400, "no HTTP request that can be read"],
    ["headers that are too large", `GET / HTTP/1.1\r\nhost: x\r\na: ${"a".repeat(70_000)}\r\n\r\n`, 431, "64 KB"],
    ["a length and chunks at once", `${POST}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc`, 400, "read"],
    ["a chunk without its length", `${POST}transfer-encoding: chunked\r\n\r\nzz\r\nabc`, 400, "read"],
    ["an expectation that nobody knows", `${POST}expect: cake\r\ncontent-length: 0\r\n\r\n`, 417, "expect: cake"],
  ])("with %s is answered in the API's envelope, and its connection closed", async (_name, raw, status, message) => {
    const { server } = await start((app) => {
      app.post("/", (request, response) => void request.resume().once("end", () => response.send("read")));
    });
    const answer = await sendRaw(server.port, raw);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    const json = JSON.parse(body) as { error: { message: string }; request_id: string };
    expect(json).toMatchObject({ type: "error", error: { message: expect.stringContaining(message) } });
    expect(head.toLowerCase()).toContain(`request-id: ${json.request_id}`);
    expect(head.toLowerCase()).toContain("connection: close");
  });
});

/** All that comes back until the other side ends. */
function sendRaw(port: number, raw: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(raw));
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("error", reject);
    socket.on("end", () => resolve(text));
  });
}
