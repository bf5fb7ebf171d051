import { getEventListeners } from "node:events";
import http from "node:http";
import { createServer } from "node:net";

import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";

import { cleanups, client, listen, serve, text } from "./__fixtures__/upstreams.ts";

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

  it("does not count the answer's time as connecting", () =>
    whenQuiet(async () => {
      const url = await serve((_request, response) => {
        setTimeout(() => response.end("late"), 120);
      });
      const { body } = await client({ connectTimeoutMs: 60 }).send({ method: "GET", url, headers: {} });
      expect(await text(body)).toBe("late");
    }));

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

  it("stops an answer that is under way within 100 ms", () =>
    whenQuiet(async () => {
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
    }));

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
