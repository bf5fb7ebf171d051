import { describe, expect, it } from "@jest/globals";

import { answerError, answerText, modelInfo, textMessage, textStream } from "../testing/fake-service.ts";

import { MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("POST /v1/messages/test_conversion", () => {
  const models = [[modelInfo("claude-test")], [modelInfo("gpt-x", { id: "vendor/gpt-x", dialect: "chat" })]];

  it("sends to the named model alone", async () => {
    const started = await mesh(2, { models });
    started.services[1]?.answers(answerError(529, "overloaded_error", "overloaded"), answerText("two"));
    const path = "/v1/messages/test_conversion";
    expect((await post(started, { ...MINIMAL, model: "gpt-x" }, {}, path)).status).toBe(529);
    expect((await post(started, { ...MINIMAL, model: "gpt-x" }, {}, path)).text).toBe(
      JSON.stringify(textMessage("two")),
    );
    expect((await post(started, { ...MINIMAL, model: "gpt-x", stream: true }, {}, path)).text).toBe(textStream("two"));
    expect(started.services[0]?.requests).toHaveLength(0);
    expect((await post(started, { ...MINIMAL, model: "unknown" }, {}, path)).status).toBe(404);
  });

  it("shows the converted request without sending it", async () => {
    const started = await mesh(2, { models });
    const path = "/v1/messages/test_conversion?dry_run=true";
    const chat = await post(started, { ...MINIMAL, model: "gpt-x", system: "be brief" }, {}, path);
    expect(chat).toMatchObject({
      status: 200,
      json: {
        provider: "two",
        model: "vendor/gpt-x",
        dialect: "chat",
        request: { model: "vendor/gpt-x", messages: expect.any(Array) },
      },
    });
    expect(JSON.stringify(chat.json)).toContain("be brief");
    expect((await post(started, MINIMAL, {}, path)).json).toMatchObject({ dialect: "messages", request: MINIMAL });
    expect(started.services.map(({ requests }) => requests.length)).toEqual([0, 0]);
  });
});
