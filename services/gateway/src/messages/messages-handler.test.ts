import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";

import { describe, expect, it } from "@jest/globals";

import { type Answerer, answerText, modelInfo, textMessage, textStream } from "../testing/fake-service.ts";
import { MINIMAL, post, STREAMED, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

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
        "x-switchyard-upstream-ms": "0",
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
    expect(Number(headers.get("x-switchyard-overhead-ms"))).toBeGreaterThan(0);
  });

  it("counts as its own what the upstream did not take of the time, as the service tells it", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(
      answersAfter(60, { "x-switchyard-upstream-ms": "0" }),
      answersAfter(60, { "x-switchyard-upstream-ms": "20.5" }),
      answersAfter(60, {}),
      answersAfter(60, { "x-switchyard-upstream-ms": "1e9" }),
    );
    const overheads: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      // One answer after the other.
      overheads.push(Number((await post(started, STREAMED)).headers.get("x-switchyard-overhead-ms")));
    }
    const [all = 0, part = 0, unknown = 0, impossible = 0] = overheads;
    expect(all).toBeGreaterThanOrEqual(59);
    expect(part).toBeGreaterThanOrEqual(38.5);
    expect(unknown).toBeLessThan(59);
    expect(impossible).toBeLessThan(59);
  });

  it("does not count as its own how long the client took to send its body", async () => {
    const started = await mesh(1);
    const sent = httpRequest(`${started.gateway.url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(JSON.stringify(MINIMAL)) },
    });
    sent.flushHeaders();
    setTimeout(() => sent.end(JSON.stringify(MINIMAL)), 1500);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(Number(answer.headers["x-switchyard-overhead-ms"])).toBeLessThan(1400);
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

/** Takes its time, and says of it what it says. */
function answersAfter(ms: number, headers: Record<string, string>): Answerer {
  return (response, request) => {
    setTimeout(() => answerText("hi", headers)(response, request), ms);
  };
}
