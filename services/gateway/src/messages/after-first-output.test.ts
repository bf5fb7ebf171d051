import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import { createSseFramer, framesOf } from "@switchyard/wire";

import {
  type Answerer,
  answerError,
  delta,
  EPILOGUE,
  PREAMBLE,
  startStream,
  textStream,
} from "../testing/fake-service.ts";
import { MINIMAL, post, STREAMED, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

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

  it("silence ends with one timeout_error event, pings until then", () =>
    whenQuiet(async () => {
      const timeouts = { connectMs: 500, firstOutputMs: 5000, idleMs: 120, totalMs: 5000 };
      const started = await mesh(2, { providers: [{ timeouts }], gateway: { pingIntervalMs: 30 } });
      started.services[0]?.answers((response) => startStream(response).write(PREAMBLE + delta("a")));
      const { text } = await post(started, STREAMED);
      expect(text.match(/event: error/g)).toHaveLength(1);
      expect(text).toContain("timeout_error");
      expect(text.match(/event: ping/g)?.length).toBeGreaterThan(2);
    }));

  it.each([
    ["streamed", STREAMED],
    ["not streamed", MINIMAL],
  ])("a shutdown tells those who still wait for their first output, %s", async (_name, body) => {
    const started = await mesh(2);
    started.services[0]?.answers(() => {});
    const waiting = post(started, body);
    await until(() => started.services[0]?.requests.length === 1);
    const closing = started.gateway.close();
    expect(await waiting).toMatchObject({ status: 529, json: { error: { type: "overloaded_error" } } });
    await closing;
    expect((await started.services[0]?.requests[0]?.closed)?.finished).toBe(false);
    expect(started.services[1]?.requests).toHaveLength(0);
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

describe("early headers", () => {
  const gateway = { earlyHeadersMs: 30, pingIntervalMs: 20 };

  it("let a later candidate still answer, with pings before", () =>
    whenQuiet(async () => {
      const timeouts = { connectMs: 500, firstOutputMs: 120, idleMs: 500, totalMs: 5000 };
      const started = await mesh(2, { gateway, providers: [{ timeouts }] });
      started.services[0]?.answers(() => {});
      const { text, status, headers } = await post(started, STREAMED);
      expect(status).toBe(200);
      expect(headers.get("request-id")).toMatch(/^req_/);
      expect(headers.get("x-switchyard-provider")).toBeNull();
      expect(text).toMatch(/^(event: ping\ndata: {"type":"ping"}\n\n)+/);
      expect(text.endsWith(textStream("two"))).toBe(true);
    }));

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
