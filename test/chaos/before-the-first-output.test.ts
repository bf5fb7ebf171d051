import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Scenario } from "@switchyard/simulators";
import { countEvents, sendMessages, textOf, type StreamedAnswer } from "../support/send-messages.ts";
import { KINDS_UNDER_TEST } from "./kinds-under-test.ts";
import { createChaosRig, FIRST_OUTPUT_SECONDS, TOTAL_SECONDS, type ChaosRig } from "./rig.ts";

const SAVED = "The other provider answered this.";

/** Every way to fail before anything was said, but for a limit. */
const FAILURES: readonly { name: string; scenario: Scenario; slow?: boolean }[] = [
  { name: "500", scenario: { error: { status: 500 } } },
  { name: "529", scenario: { error: { status: 529 } } },
  { name: "401 for our own key", scenario: { error: { status: 401 } } },
  { name: "402", scenario: { error: { status: 402 } } },
  {
    name: "an error inside a 200",
    scenario: { fault: { type: "error_in_200", afterEvents: 1, errorType: "overloaded_error", status: 529 } },
  },
  { name: "a cut before the status line", scenario: { fault: { type: "cut" } } },
  { name: "a cut after the headers", scenario: { fault: { type: "cut", afterEvents: 0 } } },
  { name: "an end without any event", scenario: { fault: { type: "end", afterEvents: 0 } } },
  { name: "a body that is no event stream", scenario: { fault: { type: "not_json" } } },
  { name: "an empty body", scenario: { fault: { type: "empty_body" } } },
  { name: "a redirect", scenario: { fault: { type: "redirect", status: 302, location: "http://127.0.0.1:9/" } } },
  { name: "silence", scenario: { fault: { type: "hang" } }, slow: true },
  { name: "silence after the headers", scenario: { fault: { type: "hang", afterEvents: 0 } }, slow: true },
];

const LIMITED: Scenario = { error: { status: 429, headers: { "retry-after": "1", "retry-after-ms": "1000" } } };

const REQUEST = {
  max_tokens: 1000,
  messages: [{ role: "user", content: "Say something." }],
};

// A failure is a matter of seconds here, which a busy machine may take by itself: then it is tried again, and that is said.
jest.retryTimes(3, { logErrorsBeforeRetry: true, retryImmediately: true });

describe.each(KINDS_UNDER_TEST)("$kind with $model fails before its first output", (underTest) => {
  let rig: ChaosRig;
  beforeAll(async () => {
    rig = await createChaosRig(underTest);
  }, 180_000);
  afterAll(async () => rig?.close());
  beforeEach(async () => {
    await rig.recover();
    rig.backup.script({ blocks: [{ type: "text", text: SAVED }], times: "always" });
  });

  it.each(FAILURES)("$name: a stream is answered whole by the next provider", async ({ scenario, slow }) => {
    rig.primary.script({ ...scenario, times: "always" });
    const answer = await sendMessages(rig.mesh.url, { ...REQUEST, model: underTest.ask, stream: true });
    expectSaved(answer, rig, limit(FIRST_OUTPUT_SECONDS, slow));
    expect(textOf(answer)).toBe(SAVED);
    expect(countEvents(answer, "message_start")).toBe(1);
    expect(countEvents(answer, "message_stop")).toBe(1);
    expect(countEvents(answer, "error")).toBe(0);
  });

  it.each(FAILURES)(
    "$name: an answer that is not streamed comes whole from the next provider",
    async ({ scenario, slow }) => {
      rig.primary.script({ ...scenario, times: "always" });
      const answer = await sendMessages(rig.mesh.url, { ...REQUEST, model: underTest.ask, stream: false });
      expectSaved(answer, rig, limit(TOTAL_SECONDS, slow));
      expect(answer.json).toMatchObject({ type: "message", content: [{ type: "text", text: SAVED }] });
    },
  );

  // What the upstream said of its limits is remembered for as long as it holds: each of these needs a mesh of its own.
  it.each([
    { form: "a stream is answered whole by the next provider", stream: true },
    { form: "an answer that is not streamed comes whole from the next provider", stream: false },
  ])("429: $form", async ({ stream }) => {
    const fresh = await createChaosRig(underTest);
    try {
      fresh.backup.script({ blocks: [{ type: "text", text: SAVED }], times: "always" });
      fresh.primary.script({ ...LIMITED, times: "always" });
      const answer = await sendMessages(fresh.mesh.url, { ...REQUEST, model: underTest.ask, stream });
      expectSaved(answer, fresh, limit(TOTAL_SECONDS, false));
      expect(stream ? textOf(answer) : JSON.stringify(answer.json)).toContain(SAVED);
    } finally {
      await fresh.close();
    }
  });

  it("a refused connection: stream and whole answer come from the next provider", async () => {
    const fresh = await createChaosRig(underTest);
    try {
      fresh.backup.script({ blocks: [{ type: "text", text: SAVED }], times: "always" });
      await fresh.primary.close();
      for (const stream of [true, false]) {
        const answer = await sendMessages(fresh.mesh.url, { ...REQUEST, model: underTest.ask, stream });
        expect(answer.status).toBe(200);
        expect(answer.headers["x-switchyard-provider"]).toBe(fresh.backup.kind);
        expect(stream ? textOf(answer) : JSON.stringify(answer.json)).toContain(SAVED);
        expect(answer.ms).toBeLessThan(limit(0, false));
      }
    } finally {
      await fresh.close();
    }
  });
});

function expectSaved(answer: StreamedAnswer, { primary, backup }: ChaosRig, limitMs: number): void {
  expect(answer.status).toBe(200);
  expect(answer.headers["x-switchyard-provider"]).toBe(backup.kind);
  expect(primary.requests.filter((request) => request.method === "POST").length).toBeGreaterThan(0);
  expect(answer.ms).toBeLessThan(limitMs);
}

/** ms: two seconds, and the time that a silent upstream is given. */
function limit(seconds: number, slow: boolean | undefined): number {
  return (slow ? seconds * 1000 : 0) + 2000;
}
