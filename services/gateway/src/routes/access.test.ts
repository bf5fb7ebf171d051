import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";

import { describe, expect, it } from "@jest/globals";
import { createSecret, type GatewaySettings } from "@switchyard/service-kit";

import { MINIMAL, type TestMesh, useMeshes } from "../testing/test-mesh.ts";

const KEY = "client-key-1";
const ADMIN = "admin-token-1";
const start = useMeshes();

function mesh(gateway: Partial<GatewaySettings> = {}): Promise<TestMesh> {
  return start(1, { gateway });
}

interface Call {
  method?: string;
  path?: string;
  body?: string;
}

/** A request with exactly these headers; fetch would not let Host and Origin be chosen. */
async function call(started: TestMesh, headers: Record<string, string>, more: Call = {}): Promise<number> {
  const { method = "POST", path = "/v1/messages", body = JSON.stringify(MINIMAL) } = more;
  const raw = httpRequest(started.gateway.url + path, { method, agent: false, headers });
  raw.end(method === "POST" ? body : undefined);
  const [response] = (await once(raw, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode ?? 0;
}

const JSON_TYPE = { "content-type": "application/json" };

describe("who may call", () => {
  it("a page of another site may not: not with its origin, not as a form or as plain text", async () => {
    const started = await mesh();
    expect(await call(started, { ...JSON_TYPE, origin: "https://evil.example" })).toBe(403);
    expect(await call(started, { "content-type": "text/plain" })).toBe(415);
    expect(await call(started, { "content-type": "application/x-www-form-urlencoded" })).toBe(415);
    expect(await call(started, { ...JSON_TYPE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(
      403,
    );
    expect(started.services[0]?.requests).toHaveLength(0);
    expect(await call(started, JSON_TYPE)).toBe(200);
  });

  it("a name that was rebound to this address may not, unless a key comes along", async () => {
    const started = await mesh({ clientKeys: [createSecret(KEY)] });
    const rebound = { ...JSON_TYPE, host: "attacker.example:8080" };
    expect(await call(started, rebound)).toBe(403);
    expect(await call(started, { ...rebound, "x-api-key": KEY })).toBe(200);
    expect(await call(started, rebound, { method: "GET", path: "/v1/models" })).toBe(403);
    expect(await call(started, { ...rebound, authorization: `Bearer ${ADMIN}` }, { path: "/admin/route" })).toBe(403);
  });

  it("a name that is rebound may not where no key is set either", async () => {
    const started = await mesh();
    expect(await call(started, { ...JSON_TYPE, host: "attacker.example" })).toBe(403);
    const allowing = await mesh({ allowedHosts: ["gateway"] });
    expect(await call(allowing, { ...JSON_TYPE, host: "gateway:8080" })).toBe(200);
  });

  it("a probe by the container's address may, for health", async () => {
    const started = await mesh({ clientKeys: [createSecret(KEY)] });
    for (const path of ["/health", "/health/live", "/health/ready"]) {
      expect(await call(started, { host: "172.18.0.7:8080" }, { method: "GET", path })).toBe(200);
    }
    expect(await call(started, { host: "172.18.0.7:8080" }, { method: "GET", path: "/info" })).toBe(403);
  });

  it("a scrape by service name may, for metrics", async () => {
    const started = await mesh({ clientKeys: [createSecret(KEY)] });
    expect(await call(started, { host: "gateway:8080" }, { method: "GET", path: "/metrics" })).toBe(200);
  });

  it.each([
    ["x-api-key", { "x-api-key": KEY }, 200],
    ["Bearer", { authorization: `Bearer ${KEY}` }, 200],
    ["x-switchyard-key", { "x-switchyard-key": KEY, authorization: "Bearer something-else" }, 200],
    ["a wrong key", { "x-api-key": `${KEY}x` }, 401],
    ["no key", {}, 401],
  ])("with a key set: %s", async (_name, headers, status) => {
    const started = await mesh({ clientKeys: [createSecret("other"), createSecret(KEY)] });
    expect(await call(started, { ...JSON_TYPE, ...headers })).toBe(status);
  });

  it("administration wants its own token, not a client's key", async () => {
    const started = await mesh({ clientKeys: [createSecret(KEY)], adminToken: createSecret(ADMIN) });
    for (const path of ["/admin/route", "/api/providers/one/test"]) {
      expect(await call(started, { ...JSON_TYPE, "x-api-key": KEY }, { path })).toBe(401);
      expect(await call(started, { ...JSON_TYPE, authorization: `Bearer ${ADMIN}` }, { path })).toBe(200);
    }
  });
});

describe("credentials", () => {
  it("of the client go to a provider that is used with them, and nowhere else; keys of this gateway go nowhere", async () => {
    const started = await start(2, {
      gateway: { clientKeys: [createSecret(KEY)] },
      providers: [{ credential: { type: "client" } }, {}],
    });
    started.services[0]?.answers((response) => response.writeHead(529, { "x-switchyard-failure": "overloaded" }).end());
    const theirs = {
      ...JSON_TYPE,
      "x-switchyard-key": KEY,
      authorization: "Bearer subscription",
      "anthropic-beta": "oauth-2025-04-20",
    };
    expect(await call(started, theirs)).toBe(200);
    const [one, two] = started.services.map(({ requests }) => requests[0]?.headers);
    expect(one).toMatchObject({ authorization: "Bearer subscription", "anthropic-beta": "oauth-2025-04-20" });
    expect(one).not.toHaveProperty("x-switchyard-key");
    expect(two).not.toHaveProperty("authorization");
    expect(await call(started, { ...JSON_TYPE, authorization: `Bearer ${KEY}`, "x-api-key": "mine" })).toBe(200);
    expect(started.services[0]?.requests[1]?.headers).toMatchObject({ "x-api-key": "mine" });
    expect(started.services[0]?.requests[1]?.headers).not.toHaveProperty("authorization");
  });

  it("that are the client's own keep the status of their failure, at once", async () => {
    const started = await start(2, { providers: [{ credential: { type: "client" } }, {}] });
    const words = '{"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired"}}';
    started.services[0]?.answers((response) =>
      response.writeHead(401, { "content-type": "application/json", "x-switchyard-failure": "auth" }).end(words),
    );
    expect(await call(started, { ...JSON_TYPE, authorization: "Bearer expired" })).toBe(401);
    expect(started.services[1]?.requests).toHaveLength(0);
    // Another client's credential may be good: nothing rests.
    expect(await call(started, { ...JSON_TYPE, authorization: "Bearer expired" })).toBe(401);
    expect(started.services[0]?.requests).toHaveLength(2);
  });
});
