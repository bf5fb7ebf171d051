import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";

import {
  type Answerer,
  answerError,
  breakOff,
  EPILOGUE,
  event,
  isStreamed,
  PREAMBLE,
  sendJson,
  startStream,
  textMessage,
  textStream,
} from "../testing/fake-service.ts";
import { get, MINIMAL, post, STREAMED, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

const json =
  (body: unknown): Answerer =>
  (response) =>
    sendJson(response, 200, body);
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
  ["an end before the first output", breakOff(PREAMBLE)],
  ["a cut before the first output", breakOff(PREAMBLE, "destroy")],
  ["an empty 200", breakOff("")],
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
  ["silence after the preamble", breakOff(PREAMBLE, "hang")],
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

  it("silence leaves the next provider enough of the total time", () =>
    whenQuiet(async () => {
      const gateway = { timeouts: { connectMs: 500, firstOutputMs: 400, idleMs: 400, totalMs: 1000 } };
      const timeouts = { connectMs: 500, firstOutputMs: 400, idleMs: 400, totalMs: 1000 };
      const started = await mesh(2, { gateway, providers: [{ timeouts }, { timeouts }] });
      started.services[0]?.answers(() => {});
      expect((await post(started, body)).text).toBe(whole);
    }));

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
