import { afterEach, describe, expect, it } from "@jest/globals";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelPrice } from "@switchyard/wire";

import { createPriceRefresh, type PriceHttp, type PriceRefreshOptions } from "./create-price-refresh.ts";

const cleanups: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const LIST = JSON.stringify({ data: [{ id: "a/b", pricing: { prompt: "0.000001", completion: "0.000002" } }] });

function list(text = LIST, headers: Record<string, string> = {}): Answer {
  return (_, response) => response.writeHead(200, headers).end(text);
}

function unchanged(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(304).end();
}

/** A list's server that answers by turns, the last one for ever. */
async function serve(...answers: Answer[]) {
  const requests: IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/models`, requests, server };
}

/** Plain node:http in the shape of the client that services use. */
const plain: PriceHttp = {
  send: ({ method, url, headers, signal }) =>
    new Promise((resolve, reject) => {
      const request = http.request(url, { method, headers, signal, agent: false }, (answer) => {
        const lowerCase = answer.headers as Record<string, string>;
        resolve({ status: answer.statusCode ?? 0, headers: lowerCase, body: answer });
      });
      request.on("error", reject);
      request.end();
    }),
};

function open(url: string, options: Partial<PriceRefreshOptions> = {}) {
  const lists: { prices: ReadonlyMap<string, ModelPrice>; version: string }[] = [];
  const problems: string[] = [];
  const refresh = createPriceRefresh({
    url,
    everyMs: 0,
    http: plain,
    now: () => Date.parse("2026-11-21T10:00:59Z"),
    onPrices: (prices, version) => lists.push({ prices, version }),
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  cleanups.push(() => refresh.close());
  return { refresh, lists, problems };
}

describe("the refresh of prices", () => {
  it("gives the list with the minute it is from", async () => {
    const { refresh, lists, problems } = open((await serve(list())).url);
    expect(await refresh.refreshNow()).toBe(true);
    expect(lists).toEqual([
      { prices: new Map([["a/b", { input: 1, output: 2 }]]), version: "openrouter 2026-11-21T10:00Z" },
    ]);
    expect(problems).toEqual([]);
  });

  it("asks only for what has changed", async () => {
    const { url, requests } = await serve(
      list(LIST, { etag: '"v1"', "last-modified": "yesterday" }),
      unchanged,
      list(),
    );
    const { refresh, lists, problems } = open(url);
    expect([await refresh.refreshNow(), await refresh.refreshNow(), await refresh.refreshNow()]).toEqual([
      true,
      false,
      true,
    ]);
    expect(requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"v1"', '"v1"']);
    expect(requests[1]?.headers["if-modified-since"]).toBe("yesterday");
    expect([lists.length, problems.length]).toEqual([2, 0]);
  });

  it.each<[string, Answer, RegExp]>([
    ["an error", (_, response) => response.writeHead(503).end("busy"), /503/],
    ["a redirect", (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), /302/],
    ["no JSON", list("<html>"), /not JSON/],
    ["a list of nothing", list('{"data":[]}'), /no price/],
    [
      "half an answer",
      (_, response) => response.writeHead(200, { "content-length": "900" }).write("{", () => response.destroy()),
      /aborted|closed/,
    ],
    ["a closed door", (_, response) => response.destroy(), /hang up|reset/],
  ])("keeps the last good list and tells of %s once, until it works again", async (_, answer, problem) => {
    const { url } = await serve(list(), answer, answer, list(), answer);
    const { refresh, lists, problems } = open(url);
    const outcomes: boolean[] = [];
    for (let look = 0; look < 5; look++) outcomes.push(await refresh.refreshNow());
    expect(outcomes).toEqual([true, false, false, true, false]);
    expect(lists.length).toBe(2);
    expect(problems).toEqual([expect.stringMatching(problem), expect.stringMatching(problem)]);
  });

  it("looks at once and again after the time that was set", async () => {
    const { url } = await serve(list());
    const { lists } = await new Promise<ReturnType<typeof open>>((resolve) => {
      let looks = 0;
      const opened = open(url, {
        everyMs: 5,
        onPrices: (prices, version) => {
          opened.lists.push({ prices, version });
          looks += 1;
          if (looks === 3) resolve(opened);
        },
      });
    });
    expect(lists.length).toBeGreaterThanOrEqual(3);
  });

  it("never looks by itself where it is told never to", async () => {
    const { url, requests } = await serve(list());
    const { refresh } = open(url);
    await refresh.refreshNow();
    expect(requests.length).toBe(1);
  });

  it("makes one look of several that come together", async () => {
    const { url, requests } = await serve(list());
    const { refresh, lists } = open(url);
    expect(await Promise.all([refresh.refreshNow(), refresh.refreshNow()])).toEqual([true, true]);
    expect([requests.length, lists.length]).toEqual([1, 1]);
  });

  it("ends a look that hangs when it is closed, without a word, and looks no more", async () => {
    const { url, server } = await serve(() => {});
    const { refresh, lists, problems } = open(url);
    const looking = refresh.refreshNow();
    await once(server, "request");
    await refresh.close();
    expect(await looking).toBe(false);
    expect(await refresh.refreshNow()).toBe(false);
    expect([lists, problems]).toEqual([[], []]);
  });

  it("ends a body that hangs, too", async () => {
    const { url, server } = await serve((_, response) => response.writeHead(200).write("{"));
    const { refresh, problems } = open(url);
    const looking = refresh.refreshNow();
    await once(server, "request");
    await refresh.close();
    expect([await looking, problems]).toEqual([false, []]);
  });
});
