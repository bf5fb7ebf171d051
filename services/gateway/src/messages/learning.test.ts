import { describe, expect, it } from "@jest/globals";
import { HEADERS, readRejections, writeRejections } from "@switchyard/wire";

import { type Answerer, answerError, answerText } from "../testing/fake-service.ts";
import { get, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

const REJECTION = { kind: "field", name: "context_management" } as const;

/** Refuses what it does not know until it is left out. */
const refusing: Answerer = (response, request) => {
  const left = readRejections(String(request.headers[HEADERS.leaveOut] ?? ""));
  const answer = left.some(({ name }) => name === REJECTION.name)
    ? answerText("good")
    : answerError(400, "invalid_request_error", "capability", { [HEADERS.rejected]: writeRejections([REJECTION]) });
  answer(response, request);
};

describe("a 400 that names a field", () => {
  it("is tried once more without it, and the next requests go without it at once", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(refusing);
    const first = await post(started);
    expect([first.status, first.headers.get("x-switchyard-attempts")]).toEqual([200, "2"]);
    const second = await post(started);
    expect([second.status, second.headers.get("x-switchyard-attempts")]).toEqual([200, "1"]);
    expect((await get(started, "/admin/provider/one/health")).json).toMatchObject({
      left_out: { "claude-test": [{ kind: "field", name: "context_management", until: expect.any(String) }] },
    });
  });

  it("is tried no more than once more, and then ends as the upstream says it", async () => {
    const started = await mesh(1);
    const rejected = { [HEADERS.rejected]: writeRejections([REJECTION]) };
    started.services[0]?.answers(answerError(400, "invalid_request_error", "capability", rejected));
    expect((await post(started)).status).toBe(400);
    expect(started.services[0]?.requests).toHaveLength(2);
  });

  it("teaches for the target that said it, and for no other", async () => {
    const started = await mesh(2);
    started.services[0]?.answers(refusing);
    await post(started);
    await post(started, undefined, { "x-switchyard-provider": "two" });
    expect(started.services[1]?.requests[0]?.headers[HEADERS.leaveOut]).toBeUndefined();
  });
});
