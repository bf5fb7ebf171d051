import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type Gzip, brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

import { afterEach, describe, expect, it } from "@jest/globals";

import { createCertificate } from "./__fixtures__/create-certificate.ts";
import { type HttpClient, type HttpClientOptions, createHttpClient } from "./create-http-client.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  cleanups.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

async function serve(handler: Handler): Promise<string> {
  return `http://127.0.0.1:${await listen(http.createServer(handler))}`;
}

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const created = createHttpClient({ connectTimeoutMs: 2000, ...options });
  cleanups.push(() => created.close());
  return created;
}

async function text(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Answers the first request of a connection and resets it when a second one comes. */
async function serveOncePerConnection(): Promise<{ url: string; connections: () => number; requests: () => number }> {
  let connections = 0;
  let requests = 0;
  const port = await listen(
    createServer((socket) => {
      connections += 1;
      let served = false;
      socket.on("data", () => {
        requests += 1;
        if (served) socket.resetAndDestroy();
        else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok");
        served = true;
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}/`, connections: () => connections, requests: () => requests };
}

async function serveTls(): Promise<{ port: number; caFile: string }> {
  const { key, cert } = createCertificate();
  const folder = mkdtempSync(join(tmpdir(), "switchyard-ca-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, cert);
  const port = await listen(https.createServer({ key, cert }, (_request, response) => response.end("secure")));
  return { port, caFile };
}

/** A proxy that knows CONNECT alone; tells which hosts were asked for. */
async function serveProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const proxy = http.createServer((_request, response) => {
    response.statusCode = 405;
    response.end();
  });
  proxy.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    asked.push(request.url ?? "");
    const port = Number(request.url?.split(":")[1]);
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on("error", () => {});
    cleanups.push(() => {
      upstream.destroy();
      socket.destroy();
    });
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, asked };
}

describe("createHttpClient", () => {
  it("sends a body from its buffer, byte for byte, with its length", async () => {
    const seen: { headers?: http.IncomingHttpHeaders; bytes?: Buffer } = {};
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        seen.headers = request.headers;
        seen.bytes = Buffer.concat(chunks);
        response.end("{}");
      });
    });
    const body = Buffer.from('{"2":1,"1":12345678901234567890,"e":"\\u00e9"}');
    const answer = await client().send({
      method: "POST",
      url,
      headers: { "content-type": "application/json", "X-Api-Key": "k" },
      body,
    });
    await text(answer.body);
    expect(seen.bytes).toEqual(body);
    expect(seen.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(body.length),
      "x-api-key": "k",
      "accept-encoding": "identity",
    });
    expect(seen.headers?.["transfer-encoding"]).toBeUndefined();
  });

  it("sends a body in pieces as one body of known length", async () => {
    const seen = Promise.withResolvers<{ length: string | undefined; text: string }>();
    const url = await serve((request, response) => {
      text(request).then(
        (body) => seen.resolve({ length: request.headers["content-length"], text: body }),
        (error: unknown) => seen.reject(error),
      );
      response.end();
    });
    const body = [Buffer.from("one "), Buffer.from("tw\u00f6 "), Buffer.from("three")];
    await text((await client().send({ method: "POST", url, headers: {}, body })).body);
    expect(await seen.promise).toEqual({ length: "14", text: "one twö three" });
  });

  it.each([200, 201, 400, 401, 404, 429, 500, 529])("resolves with status %i and its body", async (status) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { "retry-after": "3", "set-cookie": ["a=1", "b=2"] });
      response.end("body");
    });
    const answer = await client().send({ method: "GET", url, headers: {} });
    expect(answer.status).toBe(status);
    expect(answer.headers["retry-after"]).toBe("3");
    expect(answer.headers["set-cookie"]).toBe("a=1, b=2");
    expect(await text(answer.body)).toBe("body");
  });

  it.each([301, 302, 303, 307, 308])("refuses a %i, and sends nothing to where it points", async (status) => {
    let reached = 0;
    const elsewhere = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    const url = await serve((_request, response) => {
      response.writeHead(status, { location: `${elsewhere}/steal?key=1` });
      response.end();
    });
    await expect(client().send({ method: "POST", url, headers: { "x-api-key": "k" } })).rejects.toMatchObject({
      name: "GatewayError",
      failure: "network",
      status: 502,
      message: expect.stringContaining(`redirect (${status}) to ${elsewhere};`),
    });
    expect(reached).toBe(0);
  });

  it("keeps a connection for the next request", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("ok");
    });
    const pooled = client();
    for (let round = 0; round < 3; round += 1) {
      const { body } = await pooled.send({ method: "GET", url, headers: {} });
      await text(body);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(ports.size).toBe(1);
  });

  it("names a refused connection", async () => {
    const port = await listen(http.createServer());
    await cleanups.pop()?.();
    await expect(client().send({ method: "GET", url: `http://127.0.0.1:${port}/`, headers: {} })).rejects.toMatchObject(
      {
        failure: "network",
        message: `http://127.0.0.1:${port} refused the connection.`,
      },
    );
  });

  it("names a host without an address", async () => {
    await expect(
      client().send({ method: "GET", url: "http://no-such-host.invalid/", headers: {} }),
    ).rejects.toMatchObject({ failure: "network" });
  });

  it("gives up when no status line comes in time, and closes the connection", async () => {
    const hungUp = Promise.withResolvers<void>();
    const url = await serve((request) => {
      request.socket.on("close", hungUp.resolve);
    });
    await expect(client().send({ method: "GET", url, headers: {}, answerTimeoutMs: 50 })).rejects.toMatchObject({
      failure: "timeout",
      type: "timeout_error",
    });
    await hungUp.promise;
  });

  it("gives up when a TLS connection does not come about in time", async () => {
    const port = await listen(createServer());
    await expect(
      client({ connectTimeoutMs: 50 }).send({ method: "GET", url: `https://127.0.0.1:${port}/`, headers: {} }),
    ).rejects.toMatchObject({ failure: "timeout", message: expect.stringContaining("did not accept a connection") });
  });

  it("does not count the answer's time as connecting", async () => {
    const url = await serve((_request, response) => {
      setTimeout(() => response.end("late"), 120);
    });
    const { body } = await client({ connectTimeoutMs: 60 }).send({ method: "GET", url, headers: {} });
    expect(await text(body)).toBe("late");
  });

  it("passes a timeout that was given to axios on", async () => {
    const url = await serve(() => {});
    await expect(client().axios.get(url, { timeout: 30 })).rejects.toMatchObject({ failure: "timeout" });
  });
});

describe("aborting", () => {
  const reason = new Error("client left");

  it("rejects with the signal's reason before the answer, and the upstream sees the connection close", async () => {
    const abort = new AbortController();
    const closed = new Promise<void>((resolve, reject) => {
      serve((request) => {
        request.socket.on("close", () => resolve());
        abort.abort(reason);
      })
        .then((url) => client().send({ method: "GET", url, headers: {}, signal: abort.signal }))
        .then(reject, (error: unknown) => expect(error).toBe(reason))
        .catch(reject);
    });
    await closed;
  });

  it("does not send at all when the signal was aborted before", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const sending = client().send({ method: "GET", url, headers: {}, signal: AbortSignal.abort(reason) });
    await expect(sending).rejects.toBe(reason);
    expect(requests).toBe(0);
  });

  it("stops an answer that is under way within 100 ms", async () => {
    let closedAt = 0;
    const hungUp = Promise.withResolvers<void>();
    const url = await serve((request, response) => {
      request.socket.on("close", () => {
        closedAt = performance.now();
        hungUp.resolve();
      });
      response.write("first");
    });
    const abort = new AbortController();
    const { body } = await client().send({ method: "GET", url, headers: {}, signal: abort.signal });
    body.on("error", () => {});
    await new Promise((resolve) => {
      body.once("data", resolve);
    });
    const abortedAt = performance.now();
    abort.abort(reason);
    await hungUp.promise;
    expect(closedAt - abortedAt).toBeLessThan(100);
  });

  it("leaves no listener on the signal when the answer has been read", async () => {
    const url = await serve((_request, response) => response.end("ok"));
    const abort = new AbortController();
    const { body } = await client().send({ method: "GET", url, headers: {}, signal: abort.signal });
    await text(body);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
  });
});

describe("a pooled connection that went stale", () => {
  it("is replaced by a fresh one, once, without anyone noticing", async () => {
    const upstream = await serveOncePerConnection();
    const pooled = client({ staleAfterMs: 0 });
    const send = async () =>
      text((await pooled.send({ method: "POST", url: upstream.url, headers: {}, body: "{}" })).body);
    expect(await send()).toBe("ok");
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(await send()).toBe("ok");
    expect(upstream.connections()).toBe(2);
    expect(upstream.requests()).toBe(3);
  });

  it("is not confused with one that was in use just now: what was sent on that may have been worked on", async () => {
    const upstream = await serveOncePerConnection();
    const pooled = client();
    const send = () => pooled.send({ method: "POST", url: upstream.url, headers: {}, body: "{}" });
    await text((await send()).body);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    await expect(send()).rejects.toMatchObject({ failure: "network" });
    expect(upstream.requests()).toBe(2);
  });

  it("is not confused with a fresh connection that is reset: that fails at once", async () => {
    let connections = 0;
    const port = await listen(
      createServer((socket) => {
        connections += 1;
        socket.on("data", () => socket.resetAndDestroy());
      }),
    );
    await expect(
      client().send({ method: "POST", url: `http://127.0.0.1:${port}/`, headers: {}, body: "{}" }),
    ).rejects.toMatchObject({ failure: "network", message: expect.stringContaining("closed the connection") });
    expect(connections).toBe(1);
  });
});

describe("compressed answers", () => {
  const plain = "event: ping\ndata: {}\n\n".repeat(50);

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
  ] as const)("%s is undone, and the headers no longer speak of it", async (encoding, compress) => {
    const url = await serve((_request, response) => {
      const bytes = compress(Buffer.from(plain));
      response.writeHead(200, { "content-encoding": encoding, "content-length": bytes.length });
      response.end(bytes);
    });
    const answer = await client().send({ method: "GET", url, headers: {} });
    expect(await text(answer.body)).toBe(plain);
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(answer.headers["content-length"]).toBeUndefined();
  });

  it("a compressed stream passes event by event", async () => {
    const compressors: Gzip[] = [];
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      const gzip = createGzip();
      gzip.pipe(response);
      gzip.write("first");
      gzip.flush();
      compressors.push(gzip);
    });
    const { body } = await client().send({ method: "GET", url, headers: {} });
    const received: string[] = [];
    for await (const chunk of body) {
      received.push(String(chunk));
      if (received.length === 1) compressors[0]?.end("second");
    }
    expect(received).toEqual(["first", "second"]);
  });

  it("a compressed answer that breaks off is an error, not an end", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.write(gzipSync(plain).subarray(0, 20), () => response.destroy());
    });
    const { body } = await client().send({ method: "GET", url, headers: {} });
    await expect(text(body)).rejects.toThrow();
  });

  it("giving up on a compressed answer closes the connection", async () => {
    const hungUp = Promise.withResolvers<void>();
    const url = await serve((request, response) => {
      request.socket.on("close", hungUp.resolve);
      response.writeHead(200, { "content-encoding": "gzip" });
      response.write(gzipSync(plain).subarray(0, 20));
    });
    const { body } = await client().send({ method: "GET", url, headers: {} });
    body.on("error", () => {});
    body.destroy();
    await hungUp.promise;
  });
});

describe("the way out", () => {
  it("does not trust a certificate that nobody vouches for", async () => {
    const { port } = await serveTls();
    await expect(
      client().send({ method: "GET", url: `https://localhost:${port}/`, headers: {} }),
    ).rejects.toMatchObject({ failure: "network", message: expect.stringContaining("certificate") });
  });

  it("trusts the configured certificate", async () => {
    const { port, caFile } = await serveTls();
    const answer = await client({ outbound: { extraCaFile: caFile } }).send({
      method: "GET",
      url: `https://localhost:${port}/`,
      headers: {},
    });
    expect(await text(answer.body)).toBe("secure");
  });

  it("reaches https upstreams through the proxy by CONNECT, end to end encrypted", async () => {
    const { port, caFile } = await serveTls();
    const proxy = await serveProxy();
    const answer = await client({ outbound: { extraCaFile: caFile, httpsProxy: proxy.url } }).send({
      method: "GET",
      url: `https://upstream.test:${port}/`,
      headers: { "x-api-key": "k" },
    });
    expect(await text(answer.body)).toBe("secure");
    expect(proxy.asked).toEqual([`upstream.test:${port}`]);
  });

  it("goes directly where NO_PROXY says so", async () => {
    const { port, caFile } = await serveTls();
    const proxy = await serveProxy();
    const outbound = { extraCaFile: caFile, httpsProxy: proxy.url, noProxy: "upstream.test" };
    const sending = client({ outbound }).send({ method: "GET", url: `https://upstream.test:${port}/`, headers: {} });
    // The name has no address: without the proxy nobody is there.
    await expect(sending).rejects.toMatchObject({ failure: "network" });
    expect(proxy.asked).toEqual([]);
  });

  it("never reaches this machine through a proxy", async () => {
    const { port, caFile } = await serveTls();
    const proxy = await serveProxy();
    const outbound = { extraCaFile: caFile, httpsProxy: proxy.url };
    const answer = await client({ outbound }).send({ method: "GET", url: `https://localhost:${port}/`, headers: {} });
    expect(await text(answer.body)).toBe("secure");
    expect(proxy.asked).toEqual([]);
  });

  it("takes no notice of a proxy in the environment of the process", async () => {
    const proxy = await serveProxy();
    const url = await serve((_request, response) => response.end("direct"));
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url });
    try {
      const answer = await client().send({ method: "GET", url, headers: {} });
      expect(await text(answer.body)).toBe("direct");
    } finally {
      for (const name of ["HTTP_PROXY", "http_proxy"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});
