import { describe, expect, it } from "@jest/globals";
import type { StreamEvent } from "@switchyard/wire";
import type { TranslationTarget } from "../contract.ts";
import { decodeThinkingSignature, type MarkedThinking, type ThinkingPayload } from "../thinking-signature.ts";
import { newContext, newTarget } from "./__fixtures__/answer-context.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import { delta, finish, runChunks, toolDelta } from "./__fixtures__/run-stream.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";

type History = TranslationTarget["reasoningHistory"];

function marks(events: readonly StreamEvent[]): (MarkedThinking | undefined)[] {
  return events.flatMap((event) =>
    event.type === "content_block_delta" && event.delta.type === "signature_delta"
      ? [decodeThinkingSignature(event.delta.signature)]
      : [],
  );
}

function run(
  chunks: readonly unknown[],
  reasoningHistory: History,
  more: Parameters<typeof newContext>[0] = {},
): { lines: string[]; payloads: (ThinkingPayload | undefined)[] } {
  const events = runChunks(chunks, newContext({ ...more, target: { reasoningHistory } }));
  expectLegal(events);
  for (const mark of marks(events)) expect(mark?.issuer).toEqual(newTarget().issuer);
  return { lines: summarize(events), payloads: marks(events).map((mark) => mark?.payload) };
}

function sidecarOf(chunks: readonly unknown[], reasoningHistory: History): Record<string, ThinkingPayload> | undefined {
  const translator = createStreamTranslator(newContext({ wantsThinking: false, target: { reasoningHistory } }));
  const events = [...chunks.flatMap((chunk) => translator.push(chunk)), ...translator.end()];
  expectLegal(events);
  expect(JSON.stringify(events)).not.toContain("thinking_delta");
  expect(JSON.stringify(events)).not.toContain("signature_delta");
  return translator.sidecar?.();
}

/** A piece of content that the upstream marks as a thought. */
function thought(text: string): Record<string, unknown> {
  return delta({ content: text, extra_content: { google: { thought: true } } });
}

/** A call with a thought signature on it. */
function signed(id: string, signature: string): Record<string, unknown> {
  const extra = { google: { thought_signature: signature } };
  return delta({
    tool_calls: [{ id, type: "function", function: { name: "Bash", arguments: '{"a":1}' }, extra_content: extra }],
  });
}

const CALL = toolDelta(0, { id: "call_1", name: "Bash", arguments: '{"a":1}' });

describe("reasoning as text", () => {
  it.each(["reasoning_content", "reasoning", "reasoning_text"])(
    "in %s becomes a thinking block, signed with its issuer",
    (field) => {
      const chunks = [
        delta({ [field]: "Let me " }),
        delta({ [field]: "think.", content: null }),
        delta({ [field]: null, content: "Done." }),
        finish("stop"),
      ];
      expect(run(chunks, "reasoning_content")).toEqual({
        lines: ["thinking Let me think.", "text Done.", "end_turn"],
        payloads: [{ kind: "reasoning_content" }],
      });
    },
  );

  it("is signed even where the upstream wants nothing back, so that no one takes it for Claude's", () => {
    expect(run([delta({ reasoning: "hm" }), delta({ content: "x" }), finish("stop")], "none").payloads).toEqual([
      { kind: "reasoning_content" },
    ]);
  });

  it("is not doubled where two fields say the same", () => {
    const both = delta({
      reasoning: "once",
      reasoning_content: "once",
      reasoning_details: [{ type: "reasoning.text", text: "once", index: 0 }],
    });
    expect(run([both, delta({ content: "x" }), finish("stop")], "reasoning_content").lines[0]).toBe("thinking once");
  });

  it("keeps its place among text and calls", () => {
    const chunks = [
      delta({ reasoning_content: "first" }),
      delta({ content: "text" }),
      CALL,
      delta({ reasoning_content: "second" }),
      delta({ content: "end" }),
      finish("tool_calls"),
    ];
    expect(run(chunks, "reasoning_content").lines).toEqual([
      "thinking first",
      "text text",
      'tool_use Bash {"a":1}',
      "thinking second",
      "text end",
      "tool_use",
    ]);
  });

  it("is left out when the client has thinking off, and told beside the call that it must come back with", () => {
    const chunks = [
      delta({ reasoning_content: "secret " }),
      delta({ reasoning_content: "plan" }),
      CALL,
      finish("tool_calls"),
    ];
    expect(sidecarOf(chunks, "reasoning_content")).toEqual({
      call_1: { kind: "reasoning_content", text: "secret plan" },
    });
    expect(sidecarOf(chunks, "none")).toEqual({});
    expect(
      sidecarOf([delta({ reasoning_content: "x" }), delta({ content: "y" }), finish("stop")], "reasoning_content"),
    ).toEqual({});
  });

  it("travels in the signature when the client wants its text omitted", () => {
    const chunks = [delta({ reasoning_content: "secret plan" }), CALL, finish("tool_calls")];
    expect(run(chunks, "reasoning_content", { omitsThinkingText: true })).toEqual({
      lines: ["thinking ", 'tool_use Bash {"a":1}', "tool_use"],
      payloads: [{ kind: "reasoning_content", text: "secret plan" }],
    });
    expect(run(chunks, "none", { omitsThinkingText: true }).payloads).toEqual([{ kind: "reasoning_content" }]);
  });
});

describe("reasoning details", () => {
  const streamed = [
    delta({
      reasoning: "Let ",
      reasoning_details: [{ type: "reasoning.text", text: "Let ", format: "anthropic-claude-v1", index: 0 }],
    }),
    delta({
      reasoning: "me.",
      reasoning_details: [{ type: "reasoning.text", text: "me.", format: "anthropic-claude-v1", index: 0 }],
    }),
    delta({
      reasoning_details: [{ type: "reasoning.text", signature: "sig==", format: "anthropic-claude-v1", index: 0 }],
    }),
  ];
  const whole = [
    { type: "reasoning.text", text: "Let me.", signature: "sig==", format: "anthropic-claude-v1", index: 0 },
  ];

  it("are put together again and ride in the signature", () => {
    expect(run([...streamed, delta({ content: "Hi" }), finish("stop")], "reasoning_details")).toEqual({
      lines: ["thinking Let me.", "text Hi", "end_turn"],
      payloads: [{ kind: "reasoning_details", details: whole }],
    });
  });

  it("are shown by their own text where no other field has it", () => {
    const chunks = [
      delta({ reasoning_details: [{ type: "reasoning.summary", summary: "Summed ", index: 0 }] }),
      delta({ reasoning_details: [{ type: "reasoning.summary", summary: "up.", index: 0 }] }),
      delta({ reasoning_details: [{ type: "reasoning.encrypted", data: "opaque", id: "rs_1", index: 0 }] }),
      delta({ content: "Hi" }),
      finish("stop"),
    ];
    expect(run(chunks, "reasoning_details")).toEqual({
      lines: ["thinking Summed up.", "text Hi", "end_turn"],
      payloads: [
        {
          kind: "reasoning_details",
          details: [
            { type: "reasoning.summary", summary: "Summed up.", index: 0 },
            { type: "reasoning.encrypted", data: "opaque", id: "rs_1", index: 0 },
          ],
        },
      ],
    });
  });

  it("that are encrypted alone ride in an empty thinking block before the call", () => {
    const encrypted = {
      type: "reasoning.encrypted",
      data: "opaque",
      id: "call_1",
      format: "google-gemini-v1",
      index: 0,
    };
    const chunk = delta({
      reasoning_details: [encrypted],
      tool_calls: [{ index: 0, id: "call_1", function: { name: "Bash", arguments: '{"a":1}' } }],
    });
    expect(run([delta({ content: "Now." }), chunk, finish("tool_calls")], "reasoning_details")).toEqual({
      lines: ["text Now.", "thinking ", 'tool_use Bash {"a":1}', "tool_use"],
      payloads: [{ kind: "reasoning_details", details: [encrypted] }],
    });
  });

  it("that come after their call ride behind it", () => {
    const late = delta({ reasoning_details: [{ type: "reasoning.encrypted", data: "opaque", index: 0 }] });
    expect(run([CALL, late, finish("tool_calls")], "reasoning_details").lines).toEqual([
      'tool_use Bash {"a":1}',
      "thinking ",
      "tool_use",
    ]);
  });

  it("are made from the text where the upstream tells nothing else", () => {
    expect(run([delta({ reasoning: "plain" }), CALL, finish("tool_calls")], "reasoning_details").payloads).toEqual([
      { kind: "reasoning_details", details: [{ type: "reasoning.text", text: "plain" }] },
    ]);
  });

  it("are told beside the call when the client has thinking off", () => {
    expect(sidecarOf([...streamed, CALL, finish("tool_calls")], "reasoning_details")).toEqual({
      call_1: { kind: "reasoning_details", details: whole },
    });
  });
});

describe("thought signatures", () => {
  it("of a call ride in the thinking block before it", () => {
    expect(run([thought("<thought>I look"), signed("call_1", "sig1"), finish("stop")], "thought_signature")).toEqual({
      lines: ["thinking I look", 'tool_use Bash {"a":1}', "tool_use"],
      payloads: [{ kind: "thought_signature", signatures: { call_1: "sig1" } }],
    });
  });

  it("of a call after text ride in an empty thinking block", () => {
    expect(run([delta({ content: "Text." }), signed("call_1", "sig1"), finish("stop")], "thought_signature")).toEqual({
      lines: ["text Text.", "thinking ", 'tool_use Bash {"a":1}', "tool_use"],
      payloads: [{ kind: "thought_signature", signatures: { call_1: "sig1" } }],
    });
  });

  it("are keyed by the id that the client sees", () => {
    const { payloads } = run([signed("functions.Bash:0", "sig1"), finish("stop")], "thought_signature");
    const [payload] = payloads;
    expect(payload?.kind === "thought_signature" ? Object.keys(payload.signatures) : []).toEqual([
      expect.stringMatching(/^[\w-]+$/u),
    ]);
  });

  it("of the text come back with a call that follows, and are dropped at the end of an answer", () => {
    const text = delta({ content: "Text.", extra_content: { google: { thought_signature: "sigT" } } });
    expect(run([text, signed("call_1", "sig1"), finish("stop")], "thought_signature").payloads).toEqual([
      { kind: "thought_signature", signatures: { "": "sigT", call_1: "sig1" } },
    ]);
    const last = delta(
      { content: null, extra_content: { google: { thought_signature: "sigT" } } },
      { finish_reason: "stop" },
    );
    expect(run([delta({ content: "Text." }), last], "thought_signature").lines).toEqual(["text Text.", "end_turn"]);
  });

  it("are told beside each call when the client has thinking off", () => {
    expect(
      sidecarOf(
        [thought("<thought>plan"), signed("call_1", "sig1"), signed("call_2", "sig2"), finish("stop")],
        "thought_signature",
      ),
    ).toEqual({
      call_1: { kind: "thought_signature", signatures: { call_1: "sig1" } },
      call_2: { kind: "thought_signature", signatures: { call_2: "sig2" } },
    });
  });

  it("under another vendor's name are read, too", () => {
    const call = {
      id: "c",
      function: { name: "Bash", arguments: "{}" },
      extra_content: { vertex: { thought_signature: "sigV" } },
    };
    expect(run([delta({ tool_calls: [call] }), finish("stop")], "thought_signature").payloads).toEqual([
      { kind: "thought_signature", signatures: { c: "sigV" } },
    ]);
  });
});

describe("thoughts inside content", () => {
  it.each([
    [
      "the closing tag before the answer",
      [thought("<thought>One "), thought("two."), delta({ content: "</thought>Answer" })],
    ],
    [
      "the closing tag behind the thought",
      [thought("<thought>One "), thought("two.</thought>"), delta({ content: "Answer" })],
    ],
    [
      "the closing tag in pieces",
      [thought("<thought>One two."), delta({ content: "</tho" }), delta({ content: "ught>Answer" })],
    ],
    ["no tags", [thought("One two."), delta({ content: "Answer" })]],
    ["both in one piece", [thought("<thought>One two.</thought>Answer")]],
  ])("are parted from the answer with %s", (_name, chunks) => {
    expect(run([...chunks, finish("stop")], "thought_signature").lines).toEqual([
      "thinking One two.",
      "text Answer",
      "end_turn",
    ]);
  });

  it("are not seen where the upstream marks nothing", () => {
    expect(
      run(
        [delta({ content: "<thought>" }), delta({ content: "is a tag</thought>" }), finish("stop")],
        "thought_signature",
      ).lines,
    ).toEqual(["text <thought>is a tag</thought>", "end_turn"]);
  });

  it("end before a call", () => {
    const call = delta({
      content: "</thought>",
      tool_calls: [{ id: "c", function: { name: "Bash", arguments: "{}" } }],
    });
    expect(run([thought("<thought>Plan"), call, finish("stop")], "thought_signature").lines).toEqual([
      "thinking Plan",
      "tool_use Bash {}",
      "tool_use",
    ]);
  });
});
