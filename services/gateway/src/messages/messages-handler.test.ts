import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createSseFramer, framesOf, type FailureName } from "@switchyard/wire";

import {
  type Answerer,
  answerError,
  answerText,
  delta,
  EPILOGUE,
  event,
  isStreamed,
  modelInfo,
  PREAMBLE,
  sendJson,
  startStream,
  textMessage,
  textStream,
} from "../testing/fake-service.ts";
import { get, type MeshOptions, MINIMAL, post, startMesh, type TestMesh } from "../testing/test-mesh.ts";

const open: TestMesh[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((started) => started.close()));
});

async function mesh(count: number, options: MeshOptions = {}): Promise<TestMesh> {
  const started = await startMesh(count, options);
  open.push(started);
  return started;
}

const STREAMED = { ...MINIMAL, stream: true };

describe("POST /v1/messages", () => {
  it("answers as asked, streamed or not, byte for byte", async () => {
    const started = await mesh(1);
    const streamed = await post(started, STREAMED);
    expect(streamed).toMatchObject({ status: 200, text: textStream("one") });
    expect(streamed.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const whole = await post(started, MINIMAL);
    expect(whole).toMatchObject({ status: 200, text: JSON.stringify(textMessage("one")) });
    expect(Number(whole.headers.get("content-length"))).toBe(whole.text.length);
  });

  it("says whose the answer is and what it took", async () => {
    const started = await mesh(1, { providers: [{ simulated: true }] });
    started.services[0]?.answers(
      answerText("hi", {
        "anthropic-ratelimit-requests-remaining": "9",
        "x-internal": "no",
        "x-switchyard-service-overhead-ms": "2.5",
      }),
    );
    const { headers } = await post(started, STREAMED);
    expect(headers.get("request-id")).toMatch(/^req_/);
    expect(headers.get("x-switchyard-provider")).toBe("one");
    expect(headers.get("x-switchyard-model")).toBe("claude-test");
    expect(headers.get("x-switchyard-attempts")).toBe("1");
    expect(headers.get("x-switchyard-simulated")).toBe("true");
    expect(headers.get("anthropic-ratelimit-requests-remaining")).toBe("9");
    expect(headers.get("x-internal")).toBeNull();
    expect(Number(headers.get("x-switchyard-overhead-ms"))).toBeGreaterThanOrEqual(2.5);
  });

  it("sends the body untouched, with the query and the client's open headers, and the chosen model beside it", async () => {
    const started = await mesh(1, { models: [[modelInfo("claude-test", { id: "upstream-id" })]] });
    const body =
      '{ "messages":[{"role":"user","content":"\\u00e9"}],"9":12345678901234567890, "max_tokens":1,"1":0,"model":"claude-test" }';
    const sent = {
      "anthropic-beta": "a,b",
      "anthropic-version": "2026-10-21",
      "x-claude-code-session-id": "s",
      "x-custom": "kept",
      "x-api-key": "secret",
      authorization: "Bearer secret",
      cookie: "secret",
      "x-switchyard-model": "spoofed",
      "x-switchyard-inner-token": "spoofed",
      "x-switchyard-whatever": "spoofed",
    };
    await post(started, body, sent, "/v1/messages?beta=true");
    const [seen] = started.services[0]?.requests ?? [];
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.url).toBe("/v1/messages?beta=true");
    expect(seen?.headers).toMatchObject({
      "anthropic-beta": "a,b",
      "anthropic-version": "2026-10-21",
      "x-claude-code-session-id": "s",
      "x-custom": "kept",
      "x-switchyard-model": "upstream-id",
      "x-switchyard-request-id": expect.stringMatching(/^req_/),
    });
    expect(JSON.stringify(seen?.headers)).not.toMatch(/secret|spoofed/);
  });

  it("strips hop-by-hop headers and those that Connection names", async () => {
    const started = await mesh(1);
    const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: {
        "content-type": "application/json",
        connection: "close, x-mine",
        "x-mine": "1",
        te: "trailers",
        "proxy-authorization": "x",
      },
    });
    raw.end(JSON.stringify(MINIMAL));
    const [response] = (await once(raw, "response")) as [IncomingMessage];
    response.resume();
    const seen = started.services[0]?.requests[0]?.headers;
    expect(seen).not.toHaveProperty("x-mine");
    expect(seen).not.toHaveProperty("te");
    expect(seen).not.toHaveProperty("proxy-authorization");
  });
});

const json =
  (body: unknown): Answerer =>
  (response) =>
    sendJson(response, 200, body);
const streamOf =
  (text: string, manner: "end" | "destroy" | "hang" = "end"): Answerer =>
  (response, request) => {
    const whole = isStreamed(request) ? text : text === "" ? "" : '{"type":"message","content":[{"type":"text"';
    if (isStreamed(request)) startStream(response);
    else response.writeHead(200, { "content-type": "application/json" });
    if (manner === "hang") response.write(whole);
    else response.write(whole === "" ? "\n" : whole, () => (manner === "end" ? response.end() : response.destroy()));
  };

/** Everything that can go wrong before the first output. */
const FAILURES: [string, Answerer][] = [
  ["429", answerError(429, "rate_limit_error", "throttled", { "retry-after": "30" })],
  ["429 without a window", answerError(429, "rate_limit_error", "throttled-without-window")],
  ["500", answerError(500, "api_error", "overloaded")],
  ["529", answerError(529, "overloaded_error", "overloaded")],
  ["529 that nobody named", answerError(529, "overloaded_error")],
  ["401 of our credential", answerError(503, "api_error", "auth")],
  ["402 of our credential", answerError(402, "billing_error", "billing")],
  ["404 of the model", answerError(404, "not_found_error", "model-not-found")],
  ["410", answerError(410, "api_error", "retired")],
  ["what the target cannot do", answerError(400, "invalid_request_error", "capability")],
  ["a service without credential", answerError(503, "api_error", "unconfigured")],
  ["502 of a box in between", (response) => response.writeHead(502, { "content-type": "text/html" }).end("<html>")],
  [
    "an error inside a 200",
    (response, request) =>
      isStreamed(request)
        ? startStream(response).end(event("error", { error: { type: "overloaded_error", message: "busy" } }))
        : sendJson(response, 200, { type: "error", error: { type: "overloaded_error", message: "busy" } }),
  ],
  [
    "an error inside a 200 after the preamble",
    (response, request) =>
      isStreamed(request)
        ? startStream(response).end(PREAMBLE + event("error", { error: { type: "api_error", message: "oops" } }))
        : sendJson(response, 200, { type: "error", error: { type: "api_error", message: "oops" } }),
  ],
  ["an end before the first output", streamOf(PREAMBLE)],
  ["a cut before the first output", streamOf(PREAMBLE, "destroy")],
  ["an empty 200", streamOf("")],
  [
    "a 200 that is no JSON and no stream",
    (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>hello"),
  ],
  ["JSON where a stream was asked for, or nonsense", json({ hello: 1 })],
  [
    "a success without content",
    (response, request) =>
      isStreamed(request)
        ? startStream(response).end(PREAMBLE + EPILOGUE)
        : sendJson(response, 200, { ...textMessage(""), content: [] }),
  ],
  ["a socket that breaks before the head", (response) => response.destroy()],
  ["silence", () => {}],
  ["silence after the preamble", streamOf(PREAMBLE, "hang")],
];

describe.each([
  ["streamed", STREAMED, textStream("two")],
  ["not streamed", MINIMAL, JSON.stringify(textMessage("two"))],
])("before the first output, %s", (_manner, body, whole) => {
  it.each(FAILURES)("%s falls back to one clean answer", async (_name, answerer) => {
    const timeouts = { connectMs: 500, firstOutputMs: 150, idleMs: 150, totalMs: 400 };
    const started = await mesh(2, { providers: [{ timeouts }, {}] });
    started.services[0]?.answers(answerer);
    const received = await post(started, body);
    expect(received.text).toBe(whole);
    expect(received.status).toBe(200);
    expect(received.headers.get("x-switchyard-provider")).toBe("two");
    expect(received.headers.get("x-switchyard-attempts")).toBe("2");
    expect(started.services[1]?.requests).toHaveLength(1);
  });

  it("falls back from a service that is not there", async () => {
    const started = await mesh(2);
    started.services[0]?.close();
    expect((await post(started, body)).text).toBe(whole);
  });

  it("gives a request that is wrong everywhere back at once, in the upstream's own words", async () => {
    const started = await mesh(2);
    const words =
      '{"type":"error", "error":{"type":"invalid_request_error","message":"messages.0: thinking blocks cannot be modified"},"request_id":"upstream"}';
    started.services[0]?.answers((response) =>
      sendJson(response, 400, words, { "x-switchyard-failure": "bad-request", "x-should-retry": "false" }),
    );
    const received = await post(started, body);
    expect(received).toMatchObject({ status: 400, text: words });
    expect(received.headers.get("x-should-retry")).toBe("false");
    expect(received.headers.get("request-id")).toMatch(/^req_/);
    expect(started.services[1]?.requests).toHaveLength(0);
    expect(started.gateway && (await get(started, "/health")).status).not.toBe(500);
  });
});

describe("when every candidate fails", () => {
  it.each<[string, FailureName, Answerer, number, string]>([
    ["auth", "auth", answerError(401, "authentication_error", "auth"), 503, "api_error"],
    ["billing", "billing", answerError(402, "billing_error", "billing"), 503, "api_error"],
    ["forbidden", "auth", answerError(403, "permission_error", "auth"), 503, "api_error"],
    ["overload", "overloaded", answerError(529, "overloaded_error", "overloaded"), 529, "overloaded_error"],
    ["server errors", "overloaded", answerError(500, "api_error", "overloaded"), 500, "api_error"],
    ["truncation", "truncated", streamOf(PREAMBLE), 502, "api_error"],
    ["timeouts", "timeout", () => {}, 504, "timeout_error"],
    [
      "model not found",
      "model-not-found",
      answerError(404, "not_found_error", "model-not-found"),
      404,
      "not_found_error",
    ],
  ])("%s ends with its true status", async (_name, ...row) => {
    const [failure, answerer, status, type] = row;
    const timeouts = { connectMs: 500, firstOutputMs: 100, idleMs: 100, totalMs: 300 };
    for (const count of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop
      const started = await mesh(count, { providers: [{ timeouts }, { timeouts }] });
      for (const service of started.services) service.answers(answerer);
      // oxlint-disable-next-line no-await-in-loop
      const received = await post(started, STREAMED);
      expect(received).toMatchObject({ status, json: { type: "error", error: { type } } });
      expect(received.headers.get("x-switchyard-attempts")).toBe(String(count));
      if (count === 2)
        expect(received.text).toMatch(new RegExp(`claude-test on one: ${failure}.*claude-test on two: ${failure}`));
    }
  });

  it("names provider and remedy when our credential fails", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(401, "authentication_error", "auth"));
    const { text } = await post(started);
    expect(text).toContain("one");
    expect(text).toContain("credential");
  });

  it("says the earliest recovery when all are throttled, also of those that were not asked because they rest", async () => {
    const started = await mesh(2);
    started.services[0]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "40" }));
    started.services[1]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "20" }));
    const first = await post(started);
    expect(first).toMatchObject({ status: 429, json: { error: { type: "rate_limit_error" } } });
    expect(first.headers.get("retry-after")).toBe("20");
    const second = await post(started);
    expect(second.status).toBe(429);
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(15);
    expect(started.services.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  it("never says retry-after below one second", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "0" }));
    expect((await post(started)).headers.get("retry-after")).toBe("1");
  });

  it("passes the words of the only candidate on", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(529, "overloaded_error", "overloaded"));
    expect((await post(started)).json).toEqual({
      type: "error",
      error: { type: "overloaded_error", message: "overloaded_error of the upstream" },
    });
  });

  it("asks at most as many fallbacks as allowed", async () => {
    const started = await mesh(4, { gateway: { maxFallbackAttempts: 2 } });
    for (const service of started.services) service.answers(answerError(529, "overloaded_error", "overloaded"));
    expect((await post(started)).headers.get("x-switchyard-attempts")).toBe("3");
    expect(started.services.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 0]);
  });

  it("keeps to the deadline of the whole request", async () => {
    const started = await mesh(3, {
      gateway: { timeouts: { connectMs: 500, firstOutputMs: 5000, idleMs: 5000, totalMs: 250 } },
    });
    for (const service of started.services) service.answers(() => {});
    const at = performance.now();
    expect((await post(started, STREAMED)).status).toBe(504);
    expect(performance.now() - at).toBeLessThan(1000);
  });
});

describe("retries and rests", () => {
  it("repeats on the same candidate as often as its provider allows, when overloaded", async () => {
    const started = await mesh(1, { providers: [{ maxRetries: 2 }] });
    const busy = answerError(529, "overloaded_error", "overloaded");
    started.services[0]?.answers(busy, busy, answerText("one"));
    const received = await post(started, STREAMED);
    expect(received.text).toBe(textStream("one"));
    expect(received.headers.get("x-switchyard-attempts")).toBe("3");
  });

  it("does not repeat what a repeat cannot mend", async () => {
    const started = await mesh(1, { providers: [{ maxRetries: 5 }] });
    started.services[0]?.answers(answerError(404, "not_found_error", "model-not-found"));
    expect((await post(started)).status).toBe(404);
    expect(started.services[0]?.requests).toHaveLength(1);
  });

  it("tries a provider's models in order before the next provider, and leaves it at once when it is its credential", async () => {
    const models = [modelInfo("claude-a"), modelInfo("claude-b")];
    const started = await mesh(2, { models: [models, models] });
    started.services[0]?.answers(answerError(404, "not_found_error", "model-not-found"));
    started.services[1]?.answers(answerError(401, "authentication_error", "auth"));
    const body = { ...MINIMAL, model: "big-of-all" };
    await post(started, body);
    const asked = started.services.map(({ requests }) => requests.map(({ headers }) => headers["x-switchyard-model"]));
    expect(asked).toEqual([["claude-a", "claude-b"], ["claude-a"]]);
  });

  it("lets a provider whose credential failed rest until its service says something new", async () => {
    const started = await mesh(2, { deps: { pollIntervalMs: 20 } });
    const [one, two] = started.services;
    one?.answers(answerError(401, "authentication_error", "auth"), answerText("one"));
    await post(started);
    await post(started);
    expect([one?.requests.length, two?.requests.length]).toEqual([1, 2]);
    if (one !== undefined) one.info = { ...one.info, uptime: 0 };
    await until(async () => (await post(started)).text === JSON.stringify(textMessage("one")));
  });

  it("lets it rest until the settings change", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(402, "billing_error", "billing"), answerText("one"));
    expect((await post(started)).status).toBe(503);
    expect((await post(started)).status).toBe(503);
    expect(started.services[0]?.requests).toHaveLength(1);
    started.holder.replace({ ...started.holder.current(), revision: "next" });
    expect((await post(started)).status).toBe(200);
  });

  it("does not bench anybody for a 429 without a window", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(429, "rate_limit_error", "throttled-without-window"), answerText("one"));
    const refused = await post(started);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await post(started)).status).toBe(200);
  });

  it("skips what draws on the same empty bucket", async () => {
    const models = [
      modelInfo("claude-a", { quota_bucket: "shared" }),
      modelInfo("claude-b", { quota_bucket: "shared" }),
      modelInfo("claude-c"),
    ];
    const started = await mesh(1, { models: [models] });
    started.services[0]?.answers(
      answerError(429, "rate_limit_error", "throttled", { "retry-after": "30" }),
      answerText("c"),
    );
    expect((await post(started, { ...MINIMAL, model: "claude-a" })).headers.get("x-switchyard-model")).toBe("claude-c");
    expect(started.services[0]?.requests).toHaveLength(2);
  });
});

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5000;
  // oxlint-disable-next-line no-await-in-loop
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error("It did not come true.");
    // oxlint-disable-next-line no-await-in-loop
    await nextTurn();
  }
}

describe("after the first output", () => {
  const events = framesOf(createSseFramer().push(Buffer.from(PREAMBLE + delta("a") + delta("b") + EPILOGUE))).map(
    String,
  );

  it.each([4, 5, 6, 7])(
    "a cut after event %d becomes exactly one error event, and nobody else is asked",
    async (count) => {
      const started = await mesh(2);
      const sent = events.slice(0, count).join("");
      started.services[0]?.answers((response) => startStream(response).write(sent, () => response.destroy()));
      const { text, status } = await post(started, STREAMED);
      expect(status).toBe(200);
      expect(text.startsWith(sent)).toBe(true);
      expect(framesOf(createSseFramer().push(Buffer.from(text.slice(sent.length)))).map(String)).toEqual([
        expect.stringMatching(/^event: error\ndata: {"type":"error","error":{"type":"api_error".*"request_id":"req_/),
      ]);
      expect(started.services[1]?.requests).toHaveLength(0);
    },
  );

  it("silence ends with one timeout_error event, pings until then", async () => {
    const timeouts = { connectMs: 500, firstOutputMs: 5000, idleMs: 120, totalMs: 5000 };
    const started = await mesh(2, { providers: [{ timeouts }], gateway: { pingIntervalMs: 30 } });
    started.services[0]?.answers((response) => startStream(response).write(PREAMBLE + delta("a")));
    const { text } = await post(started, STREAMED);
    expect(text.match(/event: error/g)).toHaveLength(1);
    expect(text).toContain("timeout_error");
    expect(text.match(/event: ping/g)?.length).toBeGreaterThan(2);
  });

  it("a shutdown ends open streams with overloaded_error", async () => {
    const started = await mesh(1);
    started.services[0]?.answers((response) => startStream(response).write(PREAMBLE + delta("a")));
    const response = await fetch(`${started.gateway.url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(STREAMED),
    });
    const closing = started.gateway.close();
    expect(await response.text()).toMatch(/event: error\ndata: .*overloaded_error.*\n\n$/);
    await closing;
  });
});

function send(started: TestMesh, body: unknown): ClientRequest {
  const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json" },
  });
  raw.on("error", () => {});
  raw.end(JSON.stringify(body));
  return raw;
}

describe("when the client leaves", () => {
  it.each([
    ["before any answer, streamed", STREAMED, () => {}],
    ["before any answer, not streamed", MINIMAL, () => {}],
    ["in the preamble", STREAMED, streamOf(PREAMBLE, "hang")],
    ["in the middle of a stream", STREAMED, streamOf(PREAMBLE + delta("a"), "hang")],
    ["in the middle of an answer", MINIMAL, streamOf("begun", "hang")],
  ] as [string, unknown, Answerer][])(
    "%s, the upstream is ended within 100 ms and nobody else asked",
    async (_name, body, answerer) => {
      const started = await mesh(2);
      const [one, two] = started.services;
      one?.answers(answerer);
      const raw = send(started, body);
      await until(() => one?.requests.length === 1);
      // The head, or the silence, must have reached the gateway.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const at = performance.now();
      raw.destroy();
      const closed = await one?.requests[0]?.closed;
      expect(closed?.finished).toBe(false);
      expect((closed?.at ?? Infinity) - at).toBeLessThan(100);
      expect(two?.requests).toHaveLength(0);
    },
  );
});

describe("early headers", () => {
  const gateway = { earlyHeadersMs: 30, pingIntervalMs: 20 };

  it("let a later candidate still answer, with pings before", async () => {
    const timeouts = { connectMs: 500, firstOutputMs: 120, idleMs: 500, totalMs: 5000 };
    const started = await mesh(2, { gateway, providers: [{ timeouts }] });
    started.services[0]?.answers(() => {});
    const { text, status, headers } = await post(started, STREAMED);
    expect(status).toBe(200);
    expect(headers.get("request-id")).toMatch(/^req_/);
    expect(headers.get("x-switchyard-provider")).toBeNull();
    expect(text).toMatch(/^(event: ping\ndata: {"type":"ping"}\n\n)+/);
    expect(text.endsWith(textStream("two"))).toBe(true);
  });

  it.each<[string, Answerer, string]>([
    [
      "a failure that may pass as overloaded_error",
      answerError(429, "rate_limit_error", "throttled", { "retry-after": "9" }),
      "overloaded_error",
    ],
    ["any other by its true type", answerError(400, "invalid_request_error", "bad-request"), "invalid_request_error"],
    ["our credential's as api_error", answerError(401, "authentication_error", "auth"), "api_error"],
  ])("end in one error event: %s", async (_name, answerer, type) => {
    const started = await mesh(1, { gateway });
    started.services[0]?.answers((response, request) => void setTimeout(() => answerer(response, request), 80));
    const { text, status } = await post(started, STREAMED);
    expect(status).toBe(200);
    expect(text.match(/event: error/g)).toHaveLength(1);
    expect(text).toContain(`"error":{"type":"${type}"`);
    expect(text).not.toContain("message_start");
  });

  it("are never sent for an answer that is not streamed", async () => {
    const started = await mesh(1, { gateway });
    const late = answerError(529, "overloaded_error", "overloaded");
    started.services[0]?.answers((response, request) => void setTimeout(() => late(response, request), 80));
    expect((await post(started, MINIMAL)).status).toBe(529);
  });
});

describe("an answer that is not streamed", () => {
  it("may take longer than the first output of a stream", async () => {
    const timeouts = { connectMs: 500, firstOutputMs: 50, idleMs: 50, totalMs: 5000 };
    const started = await mesh(1, { providers: [{ timeouts }] });
    started.services[0]?.answers(
      (response, request) => void setTimeout(() => answerText("late")(response, request), 300),
    );
    const received = await post(started, { ...MINIMAL, max_tokens: 64_000 });
    expect(received).toMatchObject({ status: 200, text: JSON.stringify(textMessage("late")) });
  });
});
