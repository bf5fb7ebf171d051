import { describe, expect, it } from "@jest/globals";

import { answerError, answerText, modelInfo, textMessage, textStream } from "../testing/fake-service.ts";
import { MINIMAL, post, STREAMED, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

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
