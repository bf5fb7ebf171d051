import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { OTHER_ISSUER, OWN_ISSUER, edit, signedBy } from "./__fixtures__/edit.ts";

/** What a JSON round trip would spoil: integer-like keys, long integers, escapes, spaces, unknown fields. */
const DELICATE = `{ "model" : "claude-opus-4-8",
  "max_tokens":1024, "2":"two","1":"one","big":12345678901234567890,
  "messages":[{"role":"user","content":"h\\u00e9llo \\ud83d\\ude00 \\/ é"},
    {"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"EqQB=="},{"type":"tool_use","id":"t","name":"n","input":{"10":1e400,"9":0.10}}]},
    {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}],
  "future":{"b":1,"a":[ ]} }`;

describe("a body that needs no change", () => {
  it("leaves byte for byte", () => {
    expect(edit(DELICATE).text).toBe(DELICATE);
  });

  it("leaves byte for byte whatever stands in it", () => {
    const request = fc.record({
      model: fc.constant("claude-opus-4-8"),
      messages: fc.constant([{ role: "user", content: "x" }]),
      extra: fc.jsonValue(),
    });
    fc.assert(
      fc.property(request, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(edit(text).text).toBe(text);
      }),
    );
  });
});

describe("the model", () => {
  it("is set in its place, the rest stays byte for byte", () => {
    const { text } = edit(DELICATE, { edits: { model: { set: "other@1" } } });
    expect(text).toBe(DELICATE.replace('"claude-opus-4-8"', '"other@1"'));
  });

  it("is taken out where it stands in the address, the rest stays byte for byte", () => {
    const { text } = edit('{"model":"claude-opus-4-8","2":1,"1":2}', { edits: { model: { remove: true } } });
    expect(text).toBe('{"2":1,"1":2}');
  });
});

describe("fields that the upstream demands or refuses", () => {
  it("are added behind what is there and replaced where they are", () => {
    const edits = { setFields: { anthropic_version: '"vertex-2023-10-16"', stream: "true" }, removeFields: ["speed"] };
    const { text } = edit('{"model":"claude-opus-4-8","stream":false,"speed":"fast","z":1}', { edits });
    expect(text).toBe('{"model":"claude-opus-4-8","stream":true,"z":1,"anthropic_version":"vertex-2023-10-16"}');
  });
});

describe("fields that the upstream expects where the client has none", () => {
  const edits = { defaultFields: { thinking: '{"type":"disabled"}' } };

  it("are added where they are absent, and else left as the client has them", () => {
    expect(edit('{"model":"claude-opus-4-8"}', { edits }).text).toBe(
      '{"model":"claude-opus-4-8","thinking":{"type":"disabled"}}',
    );
    const own = '{"model":"claude-opus-4-8","thinking":{"type":"adaptive"}}';
    expect(edit(own, { edits }).text).toBe(own);
  });
});

const withMarker = (cache_control: object) => ({
  model: "claude-opus-4-8",
  system: [{ type: "text", text: "s", cache_control }],
  tools: [{ name: "t", input_schema: { scope: 1 }, cache_control }],
  messages: [{ role: "user", content: [{ type: "text", text: "scope", cache_control }] }],
});

describe("a beta that the upstream refuses", () => {
  const body = {
    model: "claude-opus-4-8",
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    output_config: { effort: "high", format: { type: "json_schema" }, task_budget: { tokens: 1 } },
    speed: "fast",
    mcp_servers: [],
    messages: [{ role: "user", content: "x" }],
  };

  it.each([
    ["context-management-2025-06-27", "context_management"],
    ["fast-mode-2026-02-01", "speed"],
    ["mcp-client-2025-11-20", "mcp_servers"],
  ])("%s goes with %s and nothing else", (beta, field) => {
    const { json } = edit(body, { removedBetas: [beta] });
    const { [field]: _gone, ...rest } = body as Record<string, unknown>;
    expect(json).toEqual(rest);
  });

  it.each([
    ["effort-2025-11-24", "effort"],
    ["structured-outputs-2025-11-13", "format"],
    ["task-budgets-2026-03-13", "task_budget"],
  ])("%s goes with output_config.%s, the other members stay", (beta, member) => {
    const { json } = edit(body, { removedBetas: [beta] });
    const { [member]: _gone, ...rest } = body.output_config as Record<string, unknown>;
    expect(json["output_config"]).toEqual(rest);
  });

  it("takes output_config along when nothing of it is left", () => {
    const { text } = edit('{"model":"claude-opus-4-8","output_config":{"effort":"high"},"z":1}', {
      removedBetas: ["effort-2025-11-24"],
    });
    expect(text).toBe('{"model":"claude-opus-4-8","z":1}');
  });

  it("takes the scope of cache markers along, wherever they stand", () => {
    const marker = { type: "ephemeral", ttl: "1h", scope: "global" };
    const kept = { type: "ephemeral", ttl: "1h" };
    const { json } = edit(withMarker(marker), { removedBetas: ["prompt-caching-scope-2026-01-05"] });
    expect(json).toEqual(withMarker(kept));
  });

  it("takes eager_input_streaming of tools along", () => {
    const { json } = edit(
      { model: "claude-opus-4-8", tools: [{ name: "t", eager_input_streaming: true, input_schema: {} }], messages: [] },
      { removedBetas: ["fine-grained-tool-streaming-2025-05-14"] },
    );
    expect(json["tools"]).toEqual([{ name: "t", input_schema: {} }]);
  });

  it("that has no field of its own changes nothing in the body", () => {
    expect(edit(DELICATE, { removedBetas: ["context-1m-2025-08-07", "unheard-of-2027-01-01"] }).text).toBe(DELICATE);
  });
});

describe("the attribution block", () => {
  const attribution = { type: "text", text: "x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli;" };
  const body = { model: "m", system: [attribution, { type: "text", text: "You are" }], messages: [] };

  it("stays, first and separate, for Claude", () => {
    expect(edit(body).json["system"]).toEqual(body.system);
  });

  it("goes for every other model", () => {
    expect(edit(body, { edits: { claude: false } }).json["system"]).toEqual([{ type: "text", text: "You are" }]);
  });

  it("that is not the first block is the user's own text", () => {
    const turned = { ...body, system: body.system.toReversed() };
    expect(edit(turned, { edits: { claude: false } }).json["system"]).toEqual(turned.system);
  });
});

const text = (value: string) => ({ type: "text", text: value });
const thinking = (signature: string) => ({ type: "thinking", thinking: "hm", signature });
const call = (id: string) => ({ type: "tool_use", id, name: "n", input: {} });
const result = (id: string) => ({ type: "tool_result", tool_use_id: id, content: "ok" });
const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const conversation = (...messages: unknown[]) => ({ model: "claude-opus-4-8", messages });

describe("thinking that goes to Claude", () => {
  it("stays where it bears no mark, and is left out where it bears one", () => {
    const { json, codes } = edit(
      conversation(
        user(text("a")),
        assistant(thinking("claudes"), text("b")),
        user(text("c")),
        assistant(
          thinking(signedBy(OTHER_ISSUER)),
          { type: "redacted_thinking", data: signedBy(OTHER_ISSUER) },
          text("d"),
        ),
        user(text("e")),
      ),
    );
    expect(json["messages"]).toEqual([
      user(text("a")),
      assistant(thinking("claudes"), text("b")),
      user(text("c")),
      assistant(text("d")),
      user(text("e")),
    ]);
    expect(codes).toEqual(["foreign-thinking-left-out"]);
  });

  it("is left out where its mark cannot be read", () => {
    const { json } = edit(conversation(assistant(thinking("sw1.%%%"), text("b")), user(text("c"))));
    expect(json["messages"]).toEqual([assistant(text("b")), user(text("c"))]);
  });

  it("takes its message along when nothing else is in it", () => {
    const { json } = edit(conversation(user(text("a")), assistant(thinking(signedBy(OTHER_ISSUER))), user(text("c"))));
    expect(json["messages"]).toEqual([user(text("a")), user(text("c"))]);
  });

  it("is not looked for in what users and tools say", () => {
    const said = conversation(user(text(`"sw1." ${signedBy(OTHER_ISSUER)}`)), assistant(text("sw1.")));
    expect(edit(said).text).toBe(JSON.stringify(said));
  });
});

describe("thinking that goes to another Messages endpoint", () => {
  const edits = { claude: false };

  it("of its own is given back as it was issued", () => {
    const { json } = edit(conversation(assistant(thinking(signedBy(OWN_ISSUER, "sig\n1")), text("b"))), { edits });
    expect(json["messages"]).toEqual([assistant(thinking("sig\n1"), text("b"))]);
  });

  it.each([
    ["Claude's", thinking("claudes")],
    ["Claude's hidden", { type: "redacted_thinking", data: "x" }],
    ["another provider's", thinking(signedBy(OTHER_ISSUER))],
    ["another account's", thinking(signedBy({ ...OWN_ISSUER, account: "else" }))],
    ["another model's", thinking(signedBy({ ...OWN_ISSUER, model: "else" }))],
  ])("and is %s is left out", (_name, block) => {
    const { json } = edit(conversation(assistant(block, text("b"))), { edits });
    expect(json["messages"]).toEqual([assistant(text("b"))]);
  });
});

const loop = (first: unknown) => [user(text("a")), assistant(first, call("t1")), user(result("t1"))];

describe("a tool loop that another model began", () => {
  const foreign = loop(thinking(signedBy(OTHER_ISSUER)));
  const enabled = { type: "enabled", budget_tokens: 2048 };
  const management = {
    edits: [{ type: "clear_thinking_20251015", keep: "all" }, { type: "clear_tool_uses_20250919" }],
  };

  it("turns thinking off for the request, where Claude would miss it", () => {
    const { json, codes } = edit(
      { model: "claude-opus-4-6", max_tokens: 9000, thinking: enabled, messages: foreign },
      { model: "claude-opus-4-6" },
    );
    expect(json["thinking"]).toEqual({ type: "disabled" });
    expect(json["messages"]).toEqual([user(text("a")), assistant(call("t1")), user(result("t1"))]);
    expect(codes).toEqual(["thinking-off-in-foreign-loop"]);
  });

  it("also when the other model had not thought at all", () => {
    const { json } = edit({
      ...conversation(user(text("a")), assistant(call("t1")), user(result("t1"))),
      thinking: enabled,
    });
    expect(json["thinking"]).toEqual({ type: "disabled" });
  });

  it("takes clear_thinking out of context_management with it, and leaves the other edits", () => {
    const { json } = edit({ ...conversation(...foreign), thinking: enabled, context_management: management });
    expect(json["context_management"]).toEqual({ edits: [{ type: "clear_tool_uses_20250919" }] });
  });

  it("takes context_management out when clear_thinking was all of it", () => {
    const only = { edits: management.edits.slice(0, 1) };
    const { json } = edit({ ...conversation(...foreign), thinking: enabled, context_management: only });
    expect(json).not.toHaveProperty("context_management");
  });

  it("leaves adaptive thinking on: it does not demand thinking in past turns", () => {
    const { json } = edit({
      ...conversation(...foreign),
      thinking: { type: "adaptive" },
      context_management: management,
    });
    expect(json["thinking"]).toEqual({ type: "adaptive" });
    expect(json["context_management"]).toEqual(management);
  });

  it("that is over leaves thinking on", () => {
    const { json } = edit({
      ...conversation(...foreign, assistant(text("done")), user(text("next"))),
      thinking: enabled,
    });
    expect(json["thinking"]).toEqual(enabled);
  });

  it("of Claude's own is left as it is, its later steps without thinking included", () => {
    const own = {
      ...conversation(...loop(thinking("claudes")), assistant(call("t2")), user(result("t2"))),
      thinking: enabled,
      context_management: management,
    };
    expect(edit(own).text).toBe(JSON.stringify(own));
  });

  it("is seen across system messages that stand in between", () => {
    const { json } = edit({ ...conversation(...foreign, { role: "system", content: "note" }), thinking: enabled });
    expect(json["thinking"]).toEqual({ type: "disabled" });
  });

  it("turns thinking off for another endpoint only where that demands it", () => {
    const body = { ...conversation(...foreign), thinking: enabled };
    expect(edit(body, { edits: { claude: false } }).json["thinking"]).toEqual(enabled);
    const demanding = { claude: false, demandsThinkingInLoops: true };
    expect(edit(body, { edits: demanding }).json["thinking"]).toEqual({ type: "disabled" });
  });
});

describe("a request that was written for another Claude model", () => {
  const opus = {
    model: "claude-opus-4-8",
    max_tokens: 128_000,
    thinking: { type: "adaptive", display: "omitted" },
    output_config: { effort: "xhigh" },
    messages: [user(text("x"))],
  };

  it("gets the target's form of thinking, effort and output limit", () => {
    const { json, codes } = edit(opus, { model: "claude-haiku-4-5", requestedModel: "claude-opus-4-8" });
    expect(json["max_tokens"]).toBe(64_000);
    expect(json["thinking"]).toEqual({ type: "enabled", budget_tokens: 31_999 });
    expect(json).not.toHaveProperty("output_config");
    expect(codes).toEqual(["max-tokens-clamped", "thinking-adapted", "effort-mapped"]);
  });

  it("leaves thinking out where the output limit has no room for it", () => {
    const { json } = edit(
      { ...opus, max_tokens: 500 },
      { model: "claude-haiku-4-5", requestedModel: "claude-opus-4-8" },
    );
    expect(json).not.toHaveProperty("thinking");
    expect(json["max_tokens"]).toBe(500);
  });

  it("gets adaptive thinking where a budget is refused", () => {
    const asked = { ...opus, thinking: { type: "enabled", budget_tokens: 5000 } };
    const { json } = edit(asked, { model: "claude-opus-4-8", requestedModel: "claude-haiku-4-5" });
    expect(json["thinking"]).toEqual({ type: "adaptive" });
  });

  it("loses clear_thinking together with thinking", () => {
    const context_management = { edits: [{ type: "clear_thinking_20251015", keep: "all" }] };
    const { json } = edit(
      { ...opus, max_tokens: 500, context_management },
      { model: "claude-haiku-4-5", requestedModel: "claude-opus-4-8" },
    );
    expect(json).not.toHaveProperty("context_management");
  });

  it("loses sampling parameters that the target refuses", () => {
    const asked = { ...opus, thinking: undefined, temperature: 0.5, top_p: 0.9, top_k: 3 };
    const { json, codes } = edit(asked, { model: "claude-opus-4-8", requestedModel: "claude-haiku-4-5" });
    for (const name of ["temperature", "top_p", "top_k"]) expect(json).not.toHaveProperty(name);
    expect(codes.filter((code) => code === "sampling-left-out")).toHaveLength(3);
  });

  it("is not touched when the model is the one asked for, under whatever name", () => {
    const tooMuch = { ...opus, max_tokens: 10_000_000, temperature: 0.3 };
    expect(edit(tooMuch, { requestedModel: "claude-opus-4-8" }).text).toBe(JSON.stringify(tooMuch));
  });
});
