import { createServer } from "node:net";

import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";

import { client, listen, text } from "./__fixtures__/upstreams.ts";

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

describe("a pooled connection that went stale", () => {
  it("is replaced by a fresh one, once, without anyone noticing", () =>
    whenQuiet(async () => {
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
    }));

  it("is not confused with one that was in use just now: what was sent on that may have been worked on", () =>
    whenQuiet(async () => {
      const upstream = await serveOncePerConnection();
      const pooled = client();
      const send = () => pooled.send({ method: "POST", url: upstream.url, headers: {}, body: "{}" });
      await text((await send()).body);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      await expect(send()).rejects.toMatchObject({ failure: "network" });
      expect(upstream.requests()).toBe(2);
    }));

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
