import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { GatewayError } from "@switchyard/wire";

import { readBody } from "./read-body.ts";

const LIMIT = 1000;

/** What the last truncated upload ended in: its sender is gone, so the answer cannot tell. */
let settled: (error: unknown) => void = () => {};

const server = createServer((incoming, response) => {
  readBody(incoming, { limitBytes: LIMIT }).then(
    (body) => response.end(body),
    (error: unknown) => {
      settled(error);
      const { status, message } = error instanceof GatewayError ? error : { status: 500, message: String(error) };
      response.statusCode = status;
      response.end(message);
    },
  );
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function post(body: Buffer | ReadableStream, headers: Record<string, string> = {}) {
  const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
  const answer = await fetch(`http://127.0.0.1:${port}/`, init);
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}

describe("readBody", () => {
  it("gives the bytes as they came", async () => {
    const body = Buffer.from([0, 255, 10, 13, 226, 130, 172]);
    expect((await post(body)).body).toEqual(body);
  });

  it("gives an empty body as no bytes", async () => {
    expect((await post(Buffer.alloc(0))).body).toHaveLength(0);
  });

  it("takes a body of exactly the limit and refuses one byte more", async () => {
    expect((await post(Buffer.alloc(LIMIT, 97))).status).toBe(200);
    expect((await post(Buffer.alloc(LIMIT + 1, 97))).status).toBe(413);
  });

  it("refuses a body that grows over the limit without having said its length", async () => {
    const chunks = new ReadableStream({
      start: (controller) => {
        for (let index = 0; index < 3; index += 1) controller.enqueue(Buffer.alloc(600, 97));
        controller.close();
      },
    });
    expect(await post(chunks)).toMatchObject({ status: 413 });
  });

  it("says so in the words of the API", async () => {
    expect(String((await post(Buffer.alloc(LIMIT + 1))).body)).toBe("Request exceeds the maximum size");
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
  ] as const)("undoes %s", async (encoding, compress) => {
    const { status, body } = await post(compress(Buffer.from("x".repeat(900))), { "content-encoding": encoding });
    expect([status, body.length]).toEqual([200, 900]);
  });

  it("refuses a small body that unpacks to more than the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(LIMIT * 50));
    expect(bomb.length).toBeLessThan(LIMIT);
    expect((await post(bomb, { "content-encoding": "gzip" })).status).toBe(413);
  });

  it("refuses what is not what its encoding says, and encodings it does not know", async () => {
    expect((await post(Buffer.from("plain"), { "content-encoding": "gzip" })).status).toBe(400);
    expect((await post(Buffer.from("plain"), { "content-encoding": "toString" })).status).toBe(415);
  });

  it("fails when the upload is cut off, and lets nothing of it through", async () => {
    const failed = new Promise<unknown>((resolve) => {
      settled = resolve;
    });
    const upload = httpRequest({ port, host: "127.0.0.1", method: "POST", headers: { "content-length": 500 } });
    upload.on("error", () => {});
    upload.write("only this", () => upload.destroy());
    expect(await failed).toMatchObject({ type: "invalid_request_error", status: 400 });
  });
});
