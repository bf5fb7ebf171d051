import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createHttpClient, createSecret, type HttpClient } from "@switchyard/service-kit";
import type { UsageEvent } from "@switchyard/wire";

import { open } from "../__fixtures__/outboxes.ts";
import { attemptIds, intent, settlement } from "../__fixtures__/usage-events.ts";
import { UsageRefused } from "../outbox.ts";
import { createHttpShipper } from "./create-http-shipper.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

interface Seen {
  request: IncomingMessage;
  text: string;
}

/** A worker that answers as it is told; tells what it was asked. */
async function serve(answer: (seen: Seen, response: ServerResponse) => void): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", () => {
      seen.push({ request, text });
      answer({ request, text }, response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the loopback gave no port");
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

function client(): HttpClient {
  const http = createHttpClient({ connectTimeoutMs: 1000 });
  cleanups.push(() => http.close());
  return http;
}

const answering =
  (status: number, body: unknown = {}) =>
  (_seen: Seen, response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };

const eventsOf = ({ text }: Seen): UsageEvent[] => (JSON.parse(text) as { events: UsageEvent[] }).events;

describe("createHttpShipper", () => {
  it("posts the entries as JSON, with the inner token", async () => {
    const { url, seen } = await serve(answering(200));
    const shipper = createHttpShipper({ url: `${url}/`, token: createSecret("inner-1"), http: client() });
    await shipper.ship([intent("a"), settlement("a")]);
    const [{ request, text } = { request: undefined, text: "" }] = seen;
    expect(request).toMatchObject({ method: "POST", url: "/usage" });
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "x-switchyard-inner-token": "inner-1",
    });
    expect(JSON.parse(text)).toEqual({ events: [intent("a"), settlement("a")] });
  });

  it("sends no token where there is none", async () => {
    const { url, seen } = await serve(answering(200));
    await createHttpShipper({ url, http: client() }).ship([intent("a")]);
    expect(seen[0]?.request.headers).not.toHaveProperty("x-switchyard-inner-token");
  });

  it.each([400, 413, 422])("takes a %i for a refusal, with the reason of the answer", async (status) => {
    const { url } = await serve(answering(status, { type: "error", error: { message: "events.0.kind is unknown" } }));
    const shipping = createHttpShipper({ url, http: client() }).ship([intent("a")]);
    await expect(shipping).rejects.toBeInstanceOf(UsageRefused);
    await expect(shipping).rejects.toThrow(`the worker at ${url} answered ${status}: events.0.kind is unknown`);
  });

  it.each([201, 202, 204, 401, 403, 404, 429, 500, 503])("takes a %i for not yet", async (status) => {
    const { url } = await serve(answering(status));
    const outcome: unknown = await createHttpShipper({ url, http: client() })
      .ship([intent("a")])
      .catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Error);
    expect(outcome).not.toBeInstanceOf(UsageRefused);
    expect(String(outcome)).toContain(`answered ${status}`);
  });

  it("keeps the token out of what it says when the worker is away", async () => {
    const { url } = await serve(answering(401, { error: { message: "no" } }));
    const shipper = createHttpShipper({ url, token: createSecret("inner-secret"), http: client() });
    const outcome: unknown = await shipper.ship([intent("a")]).catch((error: unknown) => error);
    expect(JSON.stringify(outcome) + String(outcome)).not.toContain("inner-secret");
  });

  it("gives up on a worker that does not answer", async () => {
    const { url } = await serve(() => {});
    const shipper = createHttpShipper({ url, http: client(), timeoutMs: 50 });
    await expect(shipper.ship([intent("a")])).rejects.toThrow();
  });

  it("gives up on a worker that does not end its answer", async () => {
    const { url } = await serve((_seen, response) => {
      response.writeHead(200);
      response.write("{");
    });
    const shipper = createHttpShipper({ url, http: client(), timeoutMs: 50 });
    await expect(shipper.ship([intent("a")])).rejects.toThrow();
  });

  it("has not arrived when the connection breaks in the middle of the answer", async () => {
    const { url } = await serve((_seen, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
      setImmediate(() => response.destroy());
    });
    await expect(createHttpShipper({ url, http: client() }).ship([intent("a")])).rejects.toThrow();
  });

  it("rejects what is under way when it is closed", async () => {
    const asked = Promise.withResolvers<void>();
    const { url } = await serve(() => asked.resolve());
    const shipper = createHttpShipper({ url, http: client() });
    const shipping = shipper.ship([intent("a")]).catch((error: unknown) => error);
    await asked.promise;
    await shipper.close();
    expect(String(await shipping)).toContain("the outbox is closed");
    await expect(shipper.ship([intent("a")])).rejects.toThrow("the outbox is closed");
  });
});

describe("an outbox that ships to a worker", () => {
  it("finds the one entry that the worker answers 400 for, sets it aside and ships the others", async () => {
    const arrived: string[] = [];
    const { url } = await serve((seen, response) => {
      const ids = attemptIds(eventsOf(seen));
      if (ids.includes("a37")) return answering(400, { error: { message: "bad" } })(seen, response);
      arrived.push(...ids);
      answering(200)(seen, response);
    });
    const outbox = open({ shipper: createHttpShipper({ url, http: client() }) });
    const names = Array.from({ length: 100 }, (_, index) => `a${index}`);
    for (const name of names) outbox.append(intent(name));
    await outbox.drained(30_000);
    expect(arrived).toEqual(names.filter((name) => name !== "a37"));
    expect(outbox.status()).toMatchObject({ rejected: 1, waiting: 0 });
  });

  it("brings everything over a worker that fails, hangs up and recovers", async () => {
    const arrived: string[] = [];
    let asked = 0;
    const { url } = await serve((seen, response) => {
      asked += 1;
      if (asked % 3 === 1) return answering(503)(seen, response);
      if (asked % 3 === 2) return void response.destroy();
      arrived.push(...attemptIds(eventsOf(seen)));
      answering(200)(seen, response);
    });
    const outbox = open({ shipper: createHttpShipper({ url, http: client() }) });
    const names = Array.from({ length: 700 }, (_, index) => `a${index}`);
    for (const name of names) outbox.append(intent(name));
    await outbox.drained(30_000);
    expect(arrived).toEqual(names);
  });
});
