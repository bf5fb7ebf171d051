import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";

import { describe, expect, it } from "@jest/globals";
import { createSecret, type GatewaySettings } from "@switchyard/service-kit";

import { answerError, answerText } from "../testing/fake-service.ts";
import { get, MINIMAL, post, type TestMesh, until, useMeshes } from "../testing/test-mesh.ts";

const start = useMeshes();
const ADMIN = "admin-token-1";
const SECRET = "sk-of-an-upstream-that-nobody-may-see";

function guarded(more: Partial<GatewaySettings> = {}): Promise<TestMesh> {
  return start(1, {
    gateway: { adminToken: createSecret(ADMIN), clientKeys: [createSecret("client-key-1")], ...more },
    providers: [{ credential: { type: "api_key", value: createSecret(SECRET) } }],
  });
}

/** As it came over the wire: fetch would decode it, and tidy the path. */
async function raw(mesh: TestMesh, path: string, headers: Record<string, string> = {}, method = "GET") {
  const { port } = new URL(mesh.gateway.url);
  const request = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent: false });
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

function linksOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = ""]) => link);
}

describe("GET /dashboard", () => {
  it("is shown without a token, allows no scripts but its own files, and may be in nobody's frame", async () => {
    const mesh = await guarded();
    const page = await get(mesh, "/dashboard");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy).not.toContain("unsafe");
    expect(policy).not.toMatch(/https?:/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=/);
    for (const link of linksOf(page.text)) expect(link).toMatch(/^\/dashboard\/assets\/[\w-]{16}\//);
  });

  it("names files that are all there, with their types, for ever", async () => {
    const mesh = await guarded();
    const links = linksOf((await get(mesh, "/dashboard")).text);
    expect(links.length).toBeGreaterThan(20);
    const answers = await Promise.all(links.map((link) => get(mesh, link)));
    for (const [index, { status, headers, text }] of answers.entries()) {
      expect([links[index], status]).toEqual([links[index], 200]);
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-type")).toMatch(
        /\.(ts|mjs)$/.test(links[index] ?? "") ? /^text\/javascript/ : /css|svg/,
      );
      expect(text.length).toBeGreaterThan(0);
    }
  });

  it("gives modules that browsers can load: no types, no names of packages", async () => {
    const mesh = await guarded();
    const links = linksOf((await get(mesh, "/dashboard")).text).filter((link) => /\.(ts|mjs)$/.test(link));
    const texts = await Promise.all(links.map(async (link) => (await get(mesh, link)).text));
    for (const text of texts) {
      for (const [, specifier] of text.matchAll(/\bfrom\s*"([^"]+)"/g)) expect(specifier).toMatch(/^\.\.?\//);
      expect(text).not.toMatch(/^(import|export) type |^\s*interface \w+ \{/m);
    }
  });

  it("is told that it has not changed", async () => {
    const mesh = await guarded();
    const page = await raw(mesh, "/dashboard");
    const [link = ""] = linksOf(page.body.toString());
    for (const path of ["/dashboard", link]) {
      const { headers } = await raw(mesh, path);
      const etag = headers.etag ?? "";
      expect(etag).toMatch(/^"[\w-]{16}"$/);
      const again = await raw(mesh, path, { "if-none-match": `"other", W/${etag}` });
      expect([again.status, again.body.length]).toEqual([304, 0]);
      expect((await raw(mesh, path, { "if-none-match": '"other"' })).status).toBe(200);
    }
  });

  it("is compressed where that is understood, the charts' library too", async () => {
    const mesh = await guarded();
    const page = await raw(mesh, "/dashboard");
    const main = linksOf(page.body.toString()).find((link) => link.endsWith("page/main.ts")) ?? "";
    const charts = main.replace("page/main.ts", "lib/echarts.mjs");
    for (const path of ["/dashboard", main, charts]) {
      const [plain, packed] = await Promise.all([raw(mesh, path), raw(mesh, path, { "accept-encoding": "gzip, br" })]);
      expect(plain.headers["content-encoding"]).toBeUndefined();
      expect(packed.headers).toMatchObject({
        "content-encoding": "gzip",
        vary: expect.stringContaining("accept-encoding"),
      });
      expect(packed.body.length).toBeLessThan(plain.body.length);
      expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    }
  });

  it("answers HEAD with the headers alone", async () => {
    const mesh = await guarded();
    const { status, headers, body } = await raw(mesh, "/dashboard", {}, "HEAD");
    expect([status, body.length]).toEqual([200, 0]);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it.each([
    ["an unknown file", "page/nothing.ts"],
    ["its tests", "src/view/format.test.ts"],
    ["what reads files", "src/assets/create-dashboard.ts"],
    ["its manifest", "package.json"],
    ["a way out", "../../../package.json"],
    ["a way out, encoded", "..%2f..%2f..%2fpackage.json"],
    ["a way out, encoded wholly", "%2e%2e/%2e%2e/package.json"],
    ["an absolute path", "%2fetc%2fpasswd"],
    ["a name of every object", "constructor"],
  ])("does not give %s", async (_name, asset) => {
    const mesh = await guarded();
    const [link = ""] = linksOf((await get(mesh, "/dashboard")).text);
    const folder = link.slice(0, "/dashboard/assets/".length + 16);
    const { status, headers, body } = await raw(mesh, `${folder}/${asset}`);
    // A path that leaves the folder is another route, which asks for a key.
    expect([401, 404]).toContain(status);
    expect(JSON.parse(body.toString())).toMatchObject({ type: "error", request_id: headers["request-id"] });
    expect(body.toString()).not.toContain("root:");
  });

  it("does not give files under another version", async () => {
    const mesh = await guarded();
    expect(await get(mesh, "/dashboard/assets/0000000000000000/page/main.ts")).toMatchObject({
      status: 404,
      json: { type: "error", error: { type: "not_found_error" } },
    });
  });

  it("is refused under a foreign host name and to other pages' requests", async () => {
    const mesh = await guarded();
    expect((await raw(mesh, "/dashboard", { host: "evil.example" })).status).toBe(403);
    expect((await raw(mesh, "/dashboard", { origin: "https://evil.example" })).status).toBe(403);
    const framed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect((await raw(mesh, "/dashboard", framed)).status).toBe(403);
  });
});

describe("GET /health in a browser", () => {
  it("leads to the dashboard", async () => {
    const mesh = await guarded();
    const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    const answer = await get(mesh, "/health", { accept });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/dashboard"]);
    expect(answer.headers.get("vary")).toContain("accept");
  });

  it.each(["*/*", "application/json", "application/json, text/html;q=0.5", ""])(
    "is JSON for those who accept %j",
    async (accept) => {
      const mesh = await guarded();
      expect((await raw(mesh, "/health", accept === "" ? {} : { accept })).headers["content-type"]).toMatch(/json/);
    },
  );
});

describe("GET /admin/overview", () => {
  const asAdmin = { authorization: `Bearer ${ADMIN}` };

  it("wants the admin token, not a client's key", async () => {
    const mesh = await guarded();
    expect((await get(mesh, "/admin/overview")).status).toBe(401);
    expect((await get(mesh, "/admin/overview", { "x-api-key": "client-key-1" })).status).toBe(401);
    const { status, headers, text, json } = await get(mesh, "/admin/overview", asAdmin);
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(json).toMatchObject({
      status: "healthy",
      requests: [],
      under_way: [],
      active_requests: 0,
      simulated: false,
    });
    for (const secret of [SECRET, ADMIN, "client-key-1"]) expect(text).not.toContain(secret);
  });

  it("tells past requests newest first: who answered, and who was tried before", async () => {
    const mesh = await start(2);
    mesh.services[0]?.answers(answerText("one"), answerError(529, "overloaded_error", "overloaded"));
    await post(mesh, MINIMAL, { "x-claude-code-session-id": "s1" });
    const second = await post(mesh);
    const { json } = await get(mesh, "/admin/overview");
    expect(json["requests"]).toEqual([
      expect.objectContaining({
        request_id: second.headers.get("request-id"),
        asked_model: "claude-test",
        provider: "two",
        model: "claude-test",
        outcome: "success",
        before: [{ provider: "one", model: "claude-test", result: "overloaded" }],
      }),
      expect.objectContaining({ provider: "one", session: "s1", before: [], duration_ms: expect.any(Number) }),
    ]);
    expect((await get(mesh, "/admin/overview?requests=1")).json["requests"]).toHaveLength(1);
  });

  it("tells of a request that nobody answered", async () => {
    const mesh = await start(1);
    mesh.services[0]?.answers(answerError(402, "billing_error", "billing"));
    await post(mesh);
    expect((await get(mesh, "/admin/overview")).json["requests"]).toEqual([
      expect.objectContaining({ provider: null, model: null, outcome: "failure" }),
    ]);
  });

  it("tells what is under way, and no longer when its client has left", async () => {
    const mesh = await start(1);
    mesh.services[0]?.answers(() => undefined);
    const controller = new AbortController();
    const asked = fetch(`${mesh.gateway.url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-claude-code-session-id": "s1", "x-claude-code-agent-id": "a1" },
      body: JSON.stringify(MINIMAL),
      signal: controller.signal,
    }).catch(() => undefined);
    const underWay = async () => (await get(mesh, "/admin/overview")).json["under_way"] as unknown[];
    await until(async () => (await underWay()).length === 1);
    expect(await underWay()).toEqual([
      expect.objectContaining({ provider: "one", asked_model: "claude-test", session: "s1", agent: "a1", attempt: 1 }),
    ]);
    controller.abort();
    await asked;
    await until(async () => (await underWay()).length === 0);
  });

  it.each(["0", "201", "-1", "1.5", "many", ""])("refuses to list %j requests", async (limit) => {
    const mesh = await start(1);
    const { status, text } = await get(mesh, `/admin/overview?requests=${limit}`);
    expect([status, text]).toEqual([400, expect.stringContaining("from 1 to 200")]);
  });
});
