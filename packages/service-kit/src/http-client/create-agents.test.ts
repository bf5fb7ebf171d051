import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { type Socket, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { createSecret } from "../settings/secret.ts";
import { createCertificate } from "./__fixtures__/create-certificate.ts";
import { cleanups, client, listen, serve, text } from "./__fixtures__/upstreams.ts";

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
    const answer = await client({ outbound: { extraCaFile: caFile, httpsProxy: createSecret(proxy.url) } }).send({
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
    const outbound = { extraCaFile: caFile, httpsProxy: createSecret(proxy.url), noProxy: "upstream.test" };
    const sending = client({ outbound }).send({ method: "GET", url: `https://upstream.test:${port}/`, headers: {} });
    // The name has no address: without the proxy nobody is there.
    await expect(sending).rejects.toMatchObject({ failure: "network" });
    expect(proxy.asked).toEqual([]);
  });

  it("never reaches this machine through a proxy", async () => {
    const { port, caFile } = await serveTls();
    const proxy = await serveProxy();
    const outbound = { extraCaFile: caFile, httpsProxy: createSecret(proxy.url) };
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
