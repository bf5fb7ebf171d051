import { afterEach, describe, expect, it } from "@jest/globals";
import type { ScenarioBlock } from "../../../scenario.ts";
import { calls, result, tool, user } from "../../__fixtures__/chat-bodies.ts";
import {
  at,
  callsOf,
  closeSessions,
  deltasOf,
  errorOf,
  joinDeltas,
  openSession,
  type Fields,
  type Session,
} from "../../__fixtures__/session.ts";

const PATH = "/v1beta/openai/chat/completions";
const BODY = { model: "gemini-3.8-flash", messages: [user()], tools: [tool()] };
const CALLS: ScenarioBlock[] = [
  { type: "tool_call", name: "read", input: { path: "a" } },
  { type: "tool_call", name: "read", input: { path: "b" } },
];
const THOUGHT: ScenarioBlock = { type: "reasoning", text: "thinking about it" };
const SHOWN = { extra_body: { google: { thinking_config: { include_thoughts: true } } } };

afterEach(closeSessions);

const open = (signatureSecret = "one secret"): Promise<Session> =>
  openSession("gemini", { path: PATH, signatureSecret });

/** The assistant message that a scripted answer is. */
async function answerOf(session: Session, blocks: ScenarioBlock[], fields: Fields = {}): Promise<Fields> {
  session.simulator.script({ blocks });
  const { json } = await session.ask({ ...BODY, ...fields });
  return at(json, "choices", 0, "message") as Fields;
}

const resultsOf = (message: Fields): Fields[] =>
  (message["tool_calls"] as { id: string }[]).map(({ id }) => result(id));

describe("Gemini's thought signatures", () => {
  it("stand on the first call of a step, and not on the others", async () => {
    const message = await answerOf(await open(), CALLS);
    expect(message["tool_calls"]).toEqual([
      expect.objectContaining({ extra_content: { google: { thought_signature: expect.stringMatching(/^Ei/) } } }),
      expect.not.objectContaining({ extra_content: expect.anything() }),
    ]);
  });

  it("stand on the text of an answer without calls", async () => {
    const session = await open();
    const message = await answerOf(session, [{ type: "text", text: "hello" }]);
    expect(at(message, "extra_content", "google", "thought_signature")).toMatch(/^Ei/);
    const answer = await session.ask({ ...BODY, messages: [user(), message, user("go on")] });
    expect(answer.status).toBe(200);
  });

  it("are not given by models of the second generation", async () => {
    const message = await answerOf(await open(), CALLS, { model: "gemini-2.5-pro" });
    expect(JSON.stringify(message)).not.toContain("extra_content");
  });

  it("are taken back", async () => {
    const session = await open();
    const message = await answerOf(session, CALLS);
    const answer = await session.ask({ ...BODY, messages: [user(), message, ...resultsOf(message)] });
    expect(answer.status).toBe(200);
  });

  it("are demanded of every step of the current turn, by the place of its content", async () => {
    const session = await open();
    const signed = await answerOf(session, CALLS);
    const messages = [
      { role: "system", content: "be brief" },
      user(),
      signed,
      ...resultsOf(signed),
      calls("call_1"),
      result("call_1"),
    ];
    const answer = await session.ask({ ...BODY, messages });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["message"]).toBe(
      "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:read` , position 4. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.",
    );
  });

  it("are not demanded of earlier turns", async () => {
    const session = await open();
    const messages = [user(), calls("call_1"), result("call_1"), { role: "assistant", content: "so" }, user("go on")];
    expect((await session.ask({ ...BODY, messages })).status).toBe(200);
  });

  it.each([["skip_thought_signature_validator"], ["context_engineering_is_the_way_to_go"]])(
    "may be stood in for by %s",
    async (signature) => {
      const session = await open();
      const message = calls("call_1");
      Object.assign((message["tool_calls"] as Fields[])[0] ?? {}, {
        extra_content: { google: { thought_signature: signature } },
      });
      expect((await session.ask({ ...BODY, messages: [user(), message, result("call_1")] })).status).toBe(200);
    },
  );

  it("are refused when they are altered or foreign, in any turn", async () => {
    const session = await open();
    const message = await answerOf(session, CALLS);
    const text = JSON.stringify(message);
    const altered = JSON.parse(text.replace('"Ei', '"EiA')) as Fields;
    const earlier = [user(), altered, ...resultsOf(message), { role: "assistant", content: "so" }, user("go on")];
    for (const [asked, messages] of [
      [session, [user(), altered, ...resultsOf(message)]],
      [session, earlier],
      [await open("another secret"), [user(), message, ...resultsOf(message)]],
    ] as const) {
      const answer = await asked.ask({ ...BODY, messages });
      expect(answer.status).toBe(400);
      expect(errorOf(answer)["message"]).toBe("Corrupted thought signature.");
    }
    expect((await (await open()).ask({ ...BODY, messages: [user(), message, ...resultsOf(message)] })).status).toBe(
      200,
    );
  });
});

describe("Gemini's answers", () => {
  it("show thoughts in tags when they are asked for, and not otherwise", async () => {
    const session = await open();
    const blocks: ScenarioBlock[] = [THOUGHT, { type: "text", text: "hello" }];
    expect(await answerOf(session, blocks, SHOWN)).toMatchObject({
      content: "<thought>thinking about it</thought>hello",
      extra_content: { google: { thought: true } },
    });
    expect((await answerOf(session, blocks))["content"]).toBe("hello");
  });

  it("stream thoughts marked as such, the closing tag before the answer", async () => {
    const session = await open();
    session.simulator.script({ blocks: [THOUGHT, { type: "text", text: "hello" }], delivery: { deltaCharacters: 8 } });
    const streamed = await session.ask({ ...BODY, ...SHOWN, stream: true });
    const marked = deltasOf(streamed).filter((delta) => JSON.stringify(delta).includes('"thought":true'));
    expect(marked.map((delta) => delta["content"])).toEqual(["<thought>thinking", " about i", "t"]);
    expect(joinDeltas(streamed, "content")).toBe("<thought>thinking about it</thought>hello");
  });

  it("stream each call whole, the first with its signature", async () => {
    const session = await open();
    session.simulator.script({ blocks: CALLS });
    const streamed = await session.ask({ ...BODY, stream: true });
    expect(callsOf(streamed)).toMatchObject([{ arguments: '{"path":"a"}' }, { arguments: '{"path":"b"}' }]);
    const pieces = deltasOf(streamed).filter((delta) => delta["tool_calls"] !== undefined);
    expect(pieces).toHaveLength(2);
    expect(JSON.stringify(pieces[0])).toContain("thought_signature");
    expect(JSON.stringify(pieces[1])).not.toContain("thought_signature");
  });

  it("stream a text's signature with the last chunk", async () => {
    const session = await open();
    session.simulator.script({ blocks: [{ type: "text", text: "hello" }] });
    const streamed = await session.ask({ ...BODY, stream: true });
    expect(at(deltasOf(streamed).at(-1), "extra_content", "google", "thought_signature")).toMatch(/^Ei/);
  });

  it("count thoughts in the total alone", async () => {
    const session = await open();
    session.simulator.script({
      blocks: [{ type: "text", text: "x" }],
      usage: { input: 100, output: 50, reasoning: 30, cacheRead: 40 },
    });
    expect(at((await session.ask(BODY)).json, "usage")).toEqual({
      completion_tokens: 20,
      prompt_tokens: 100,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 40 },
    });
  });

  it("report usage with the last chunk when it was asked for", async () => {
    const session = await open();
    const { events } = await session.ask({ ...BODY, stream: true, stream_options: { include_usage: true } });
    expect(events.map((event) => "usage" in event)).toEqual([...events.slice(1).map(() => false), true]);
  });

  it("are given below both prefixes, and the models listed", async () => {
    const short = await openSession("gemini", { path: "/v1/chat/completions" });
    expect((await short.ask(BODY)).status).toBe(200);
    const { json } = await short.get("/v1beta/openai/models");
    expect(at(json, "data", 0)).toMatchObject({ id: "models/gemini-4-argon", object: "model", owned_by: "google" });
  });
});
