import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Fault, Scenario } from "@switchyard/simulators";
import { countEvents, sendMessages, textOf, type StreamedAnswer } from "../support/send-messages.ts";
import { KINDS_UNDER_TEST } from "./kinds-under-test.ts";
import { createChaosRig, type ChaosRig } from "./rig.ts";

const TEXT = "One two three four five six seven eight nine ten eleven twelve.";
const SAVED = "The other provider answered this.";

const ANSWER: Scenario = {
  blocks: [
    { type: "text", text: TEXT },
    { type: "tool_call", name: "Read", input: { file_path: "/a/path/that/is/long/enough/for/two/deltas.ts" } },
    { type: "tool_call", name: "Read", input: { file_path: "/another/path.ts" } },
  ],
  delivery: { deltaCharacters: 16 },
};

const REQUEST = {
  max_tokens: 1000,
  stream: true,
  messages: [{ role: "user", content: "Read two files." }],
  tools: [
    {
      name: "Read",
      description: "Reads a file",
      input_schema: { type: "object", properties: { file_path: { type: "string" } }, required: ["file_path"] },
    },
  ],
};

// A failure is a matter of seconds here, which a busy machine may take by itself: then it is tried again, and that is said.
jest.retryTimes(3, { logErrorsBeforeRetry: true, retryImmediately: true });

describe.each(KINDS_UNDER_TEST)("$kind with $model is cut at every event boundary", (underTest) => {
  let rig: ChaosRig;
  let events = 0;
  beforeAll(async () => {
    rig = await createChaosRig(underTest);
    rig.primary.script(ANSWER);
    const whole = await sendMessages(rig.mesh.url, { ...REQUEST, model: underTest.ask });
    expect(textOf(whole)).toBe(TEXT);
    expect(countEvents(whole, "message_stop")).toBe(1);
    events = Math.max(...rig.primary.requests.map((request) => request.eventsWritten));
  }, 180_000);
  afterAll(async () => rig?.close());
  beforeEach(async () => {
    await rig.recover();
    rig.backup.script({ blocks: [{ type: "text", text: SAVED }], times: "always" });
  });

  /** Either the other provider's whole answer, or the beginning of this one's and an honest end. */
  function expectHonest(answer: StreamedAnswer): void {
    expect(answer.status).toBe(200);
    expect(countEvents(answer, "message_start")).toBe(1);
    if (answer.headers["x-switchyard-provider"] === rig.backup.kind) {
      expect(textOf(answer)).toBe(SAVED);
      expect(countEvents(answer, "message_stop")).toBe(1);
      return;
    }
    expect(TEXT.startsWith(textOf(answer))).toBe(true);
    const stopped = countEvents(answer, "message_stop");
    // All that was missing was a terminator that carries nothing: then the answer is whole.
    if (stopped === 1) expect(countEvents(answer, "message_delta")).toBe(1);
    else expect(countEvents(answer, "error")).toBe(1);
    expect(stopped + countEvents(answer, "error")).toBe(1);
    expect(["error", "message_stop"]).toContain(answer.events.at(-1)?.type);
  }

  const FAULTS: readonly { name: string; fault: (afterEvents: number) => Fault }[] = [
    { name: "the connection is cut", fault: (afterEvents) => ({ type: "cut", afterEvents }) },
    { name: "the connection is reset", fault: (afterEvents) => ({ type: "cut", afterEvents, reset: true }) },
    { name: "the response ends too early", fault: (afterEvents) => ({ type: "end", afterEvents }) },
    {
      name: "an error event comes",
      fault: (afterEvents) => ({ type: "error_in_200", afterEvents, errorType: "overloaded_error", status: 529 }),
    },
  ];

  it.each(FAULTS)("$name: no text twice, no false end, wherever it happens", async ({ fault }) => {
    expect(events).toBeGreaterThan(5);
    for (let after = 0; after < events; after += 1) {
      rig.primary.script({ ...ANSWER, fault: fault(after) });
      const answer = await sendMessages(rig.mesh.url, { ...REQUEST, model: underTest.ask });
      try {
        expectHonest(answer);
      } catch (error) {
        throw new Error(`after event ${after} of ${events}: ${answer.events.map(({ type }) => type).join(" ")}`, {
          cause: error,
        });
      }
    }
  });

  it("silence after some text ends the stream with an error within the idle time", async () => {
    rig.primary.script({ ...ANSWER, fault: { type: "hang", afterEvents: Math.floor(events / 2) } });
    const answer = await sendMessages(rig.mesh.url, { ...REQUEST, model: underTest.ask });
    expectHonest(answer);
    expect(answer.ms).toBeLessThan(5000);
  });
});
