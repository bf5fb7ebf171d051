import { describe, expect, it } from "@jest/globals";

import { answerError, modelInfo, sendJson } from "../testing/fake-service.ts";
import { MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

const sized = (context_window: number) => [modelInfo("claude-test", { context_window })];

describe("a prompt that is too long for a candidate", () => {
  const words =
    '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213462 tokens > 200000 maximum"}}';

  it("goes to one with a longer window, past those without", async () => {
    const started = await mesh(3, { models: [sized(200_000), sized(200_000), sized(1_000_000)] });
    started.services[0]?.answers(answerError(400, "invalid_request_error", "context-too-long"));
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("three");
    expect(started.services.map(({ requests }) => requests.length)).toEqual([1, 0, 1]);
  });

  it("is told to the client byte for byte where no window is longer: by these words it compacts", async () => {
    const started = await mesh(2, { models: [sized(200_000), sized(200_000)] });
    started.services[0]?.answers((response) =>
      sendJson(response, 400, words, { "x-switchyard-failure": "context-too-long" }),
    );
    expect(await post(started, MINIMAL)).toMatchObject({ status: 400, text: words });
    expect(started.services[1]?.requests).toHaveLength(0);
  });
});

describe("a body that is too large for a provider", () => {
  it("goes to another provider, whatever its window, and not to the same one's other models", async () => {
    const models = [[...sized(200_000), modelInfo("claude-longer", { context_window: 1_000_000 })], sized(200_000)];
    const started = await mesh(2, { models });
    started.services[0]?.answers(answerError(413, "request_too_large", "context-too-long"));
    expect((await post(started)).headers.get("x-switchyard-provider")).toBe("two");
    expect(started.services.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  it("keeps its 413 where nobody takes it", async () => {
    const started = await mesh(2);
    for (const service of started.services) service.answers(answerError(413, "request_too_large", "context-too-long"));
    expect(await post(started)).toMatchObject({ status: 413, json: { error: { type: "request_too_large" } } });
  });
});
