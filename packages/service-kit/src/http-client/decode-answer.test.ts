import { type Gzip, brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

import { describe, expect, it } from "@jest/globals";

import { client, serve, text } from "./__fixtures__/upstreams.ts";

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
