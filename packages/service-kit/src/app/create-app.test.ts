import { afterEach, describe, expect, it } from "@jest/globals";
import { GatewayError } from "@switchyard/wire";
import type { Express, Request, Response } from "express";

import { type AccessSettings, createAccessGuard } from "../access/create-access-guard.ts";
import { createSilentLogger } from "../logging/create-logger.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { type RunningServer, startServer } from "../server/start-server.ts";
import { createApp } from "./create-app.ts";
import { readBody } from "./read-body.ts";
import { scopeOf } from "./request-scope.ts";

const ACCESS: AccessSettings = {
  clientKeys: [],
  innerToken: { reveal: () => "inner", toJSON: () => "***" },
  allowedHosts: [],
  allowedOrigins: [],
};

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(routes: (app: Express) => void, notReady?: () => string | undefined, access = ACCESS) {
  const app = createApp({
    service: "test",
    logger: createSilentLogger(),
    metrics: createMetrics("test"),
    guard: createAccessGuard(() => access),
    routes,
    ...(notReady === undefined ? {} : { notReady }),
  });
  const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 200 });
  running.push(server);
  return { app, server };
}

async function tellScope(request: Request, response: Response): Promise<void> {
  const body = await readBody(request, { limitBytes: 100 });
  const { caller, requestId } = scopeOf(response);
  response.json({ kind: caller.kind, requestId, length: body.length });
}

const JSON_TYPE = { "content-type": "application/json" };

describe("createApp", () => {
  it("answers an unknown route with the envelope and a request id that match", async () => {
    const { server } = await start(() => {});
    const answer = await fetch(`${server.url}/v1/nothing`);
    const body = (await answer.json()) as Record<string, unknown>;
    expect(answer.status).toBe(404);
    expect(body).toMatchObject({ type: "error", error: { type: "not_found_error" } });
    expect(body["request_id"]).toBe(answer.headers.get("request-id"));
    expect(answer.headers.get("x-powered-by")).toBeNull();
    expect(answer.headers.get("etag")).toBeNull();
  });

  it.each([
    ["/v1/v1/messages", "No such route: POST /v1/v1/messages. The base URL is this address without /v1."],
    [
      "/v1/chat/completions",
      "No such route: POST /v1/chat/completions. This is the Anthropic Messages API: POST /v1/messages.",
    ],
    ["/messages", "No such route: POST /messages. It is POST /v1/messages."],
    ["/v1/elsewhere", "No such route: POST /v1/elsewhere"],
  ])("says to whoever asks at %s what was probably meant", async (path, message) => {
    const { server } = await start(() => {});
    const answer = await fetch(`${server.url}${path}`, { method: "POST", headers: JSON_TYPE, body: "{}" });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { message } });
  });

  it("renders a thrown error with status, type, details, retry-after and headers", async () => {
    const { server } = await start((app) => {
      app.get("/fails", () => {
        throw new GatewayError("rate_limit_error", "slow down", {
          retryAfterSeconds: 6.2,
          failure: "throttled",
          details: { bucket: "opus" },
        });
      });
    });
    const answer = await fetch(`${server.url}/fails`);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(answer.headers.get("x-switchyard-failure")).toBeNull();
    expect(await answer.json()).toMatchObject({
      error: { type: "rate_limit_error", message: "slow down", details: { bucket: "opus" } },
    });
  });

  it("names the failure to a caller of our own, and answers under the id that it gave", async () => {
    const { server } = await start((app) => {
      app.get("/fails", async () => {
        throw new GatewayError("overloaded_error", "busy", { failure: "overloaded" });
      });
    });
    const inner = { "x-switchyard-inner-token": "inner", "x-switchyard-request-id": "req_given" };
    const answer = await fetch(`${server.url}/fails`, { headers: inner });
    expect(answer.status).toBe(529);
    expect(answer.headers.get("x-switchyard-failure")).toBe("overloaded");
    expect(answer.headers.get("request-id")).toBe("req_given");
  });

  it("does not take a request id from anyone else", async () => {
    const { server } = await start(() => {});
    const answer = await fetch(`${server.url}/x`, { headers: { "x-switchyard-request-id": "req_given" } });
    expect(answer.headers.get("request-id")).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it("tells nothing about an unforeseen error", async () => {
    const { server } = await start((app) => {
      app.get("/fails", () => {
        throw new TypeError("secret detail");
      });
    });
    const answer = await fetch(`${server.url}/fails`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret detail");
  });

  it("breaks the connection when an error comes after half an answer", async () => {
    const { server } = await start((app) => {
      app.get("/half", (_request, response) => {
        response.write("half");
        throw new Error("late");
      });
    });
    await expect(fetch(`${server.url}/half`).then((answer) => answer.text())).rejects.toThrow();
  });

  it("is live always, and ready when nothing says otherwise", async () => {
    let reason: string | undefined = "models are being read";
    const { server } = await start(
      () => {},
      () => reason,
    );
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    const unready = await fetch(`${server.url}/health/ready`);
    expect(unready.status).toBe(503);
    expect(await unready.json()).toEqual({ status: "not ready", reason: "models are being read" });
    reason = undefined;
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  it("serves what comes over an open connection while it drains, and closes it", async () => {
    const { app, server } = await start((routes) => {
      routes.route("/v1/scope").post(tellScope);
    });
    app.lifecycle.drain();
    const answer = await fetch(`${server.url}/v1/scope`, { method: "POST", headers: JSON_TYPE, body: "{}" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("connection")).toBe("close");
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  });

  it("refuses new requests once the open ones are being ended, closes their connection, and stays live", async () => {
    const { app, server } = await start(() => {});
    app.lifecycle.drain();
    app.lifecycle.endRequests();
    const answer = await fetch(`${server.url}/v1/messages`, { method: "POST", headers: JSON_TYPE, body: "{}" });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("connection")).toBe("close");
    expect(await answer.json()).toMatchObject({ error: { type: "overloaded_error" } });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  });

  it("shows the metrics of this app alone", async () => {
    const { server } = await start(() => {});
    const answer = await fetch(`${server.url}/metrics`);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect(await answer.text()).toContain("# TYPE switchyard_requests_total counter");
  });

  it("keeps what belongs to a request", async () => {
    const { server } = await start((app) => {
      app.route("/v1/scope").post(tellScope);
    });
    const answer = await fetch(`${server.url}/v1/scope`, { method: "POST", headers: JSON_TYPE, body: "{}" });
    expect(await answer.json()).toMatchObject({ kind: "anonymous", length: 2 });
  });
});

describe("a page of another origin", () => {
  const TOOLS = "https://tools.example";
  const allowing = { ...ACCESS, allowedOrigins: [TOOLS] };
  const keyed = { ...allowing, clientKeys: [{ reveal: () => "the-key", toJSON: () => "***" }] };

  it("that is allowed has its preflight answered without a key", async () => {
    const { server } = await start(() => {}, undefined, keyed);
    const answer = await preflight(server.url, TOOLS);
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe(TOOLS);
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
    expect(answer.headers.get("access-control-allow-headers")).toBe("content-type,x-api-key,anthropic-version");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("that is allowed may read its answer, its errors, and the headers that tell of it", async () => {
    const { server } = await start((app) => app.get("/v1/who", tellNothing), undefined, keyed);
    const asked = await fetch(`${server.url}/v1/who`, { headers: { origin: TOOLS, "x-api-key": "the-key" } });
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-origin")).toBe(TOOLS);
    expect(asked.headers.get("vary")).toContain("Origin");
    expect(asked.headers.get("access-control-expose-headers")).toContain("request-id");
    const refused = await fetch(`${server.url}/v1/who`, { headers: { origin: TOOLS } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe(TOOLS);
  });

  it("that is not allowed gets neither, nor does one that none is allowed", async () => {
    for (const access of [keyed, ACCESS]) {
      // One after the other: each has a server of its own.
      const { server } = await start((app) => app.get("/v1/who", tellNothing), undefined, access);
      const [asked, before] = await Promise.all([
        fetch(`${server.url}/v1/who`, { headers: { origin: "https://evil.example", "x-api-key": "the-key" } }),
        preflight(server.url, "https://evil.example"),
      ]);
      expect(asked.status).toBe(403);
      expect(asked.headers.get("access-control-allow-origin")).toBeNull();
      expect(before.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

function tellNothing(_request: Request, response: Response): void {
  response.json({});
}

function preflight(url: string, origin: string): Promise<globalThis.Response> {
  return fetch(`${url}/v1/messages`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-api-key,anthropic-version",
    },
  });
}
