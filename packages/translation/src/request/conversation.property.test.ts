import type { ContentBlock, MessageParam, MessagesRequest } from "@switchyard/wire";
import { describe, expect, it } from "@jest/globals";
import { array, assert, boolean, constant, constantFrom, oneof, property, record, string, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";

import { encodeThinkingSignature } from "../thinking-signature.ts";
import { deepFreeze } from "./__fixtures__/convert.ts";
import { hasPublishedSchemas, publishedSchemas } from "./__fixtures__/published-schema.ts";
import { ALL_TARGETS, CONTEXT, DEEPSEEK, GEMINI, OPENAI_RESPONSES, OPENROUTER } from "./__fixtures__/targets.ts";
import { convertRequest } from "./convert-request.ts";

/** Few ids, so that calls and results meet, miss and repeat each other. */
const ids = constantFrom("toolu_1", "toolu_2", "functions.Bash:0", "call 3", "x".repeat(70));
const names = constantFrom("Bash", "mcp__a.b__c", `mcp__${"n".repeat(80)}`);
const text = oneof(string({ maxLength: 12 }), constantFrom("", "hello"));

const textBlock = record({ type: constant("text"), text });
const toolUse = record({ type: constant("tool_use"), id: ids, name: names, input: record({ command: text }) });
const toolResult = record({
  type: constant("tool_result"),
  tool_use_id: ids,
  content: oneof(
    text,
    array(oneof(textBlock, record({ type: constant("tool_reference"), tool_name: names })), { maxLength: 2 }),
  ),
  is_error: boolean(),
});
const thinking = constantFrom(
  { type: "thinking", thinking: "Claude's", signature: "EqQB" },
  { type: "redacted_thinking", data: "EqQB" },
  mark(DEEPSEEK.issuer, { kind: "reasoning_content" }),
  mark(OPENROUTER.issuer, { kind: "reasoning_details", details: [{ type: "reasoning.text", text: "t" }] }),
  mark(GEMINI.issuer, { kind: "thought_signature", signatures: { toolu_1: "s" } }),
  mark(OPENAI_RESPONSES.issuer, {
    kind: "encrypted",
    items: [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "e" }],
  }),
);

function mark(
  issuer: typeof DEEPSEEK.issuer,
  payload: Parameters<typeof encodeThinkingSignature>[0]["payload"],
): unknown {
  return { type: "thinking", thinking: "own", signature: encodeThinkingSignature({ issuer, payload }) };
}

const message: Arbitrary<unknown> = oneof(
  record({ role: constant("user"), content: oneof(text, array(oneof(textBlock, toolResult), { maxLength: 4 })) }),
  record({
    role: constant("assistant"),
    content: oneof(text, array(oneof(textBlock, toolUse, thinking), { maxLength: 4 })),
  }),
  record({ role: constant("system"), content: oneof(text, array(textBlock, { maxLength: 2 })) }),
);

const request = record({
  model: constant("claude-opus-5-5"),
  max_tokens: constant(4000),
  messages: tuple(constant({ role: "user", content: "go" }), array(message, { maxLength: 10 })).map(([first, rest]) => [
    first,
    ...rest,
  ]),
  tools: constant([
    { name: "Bash", input_schema: { type: "object", properties: { command: { type: "string" } } } },
    { name: "mcp__a.b__c", input_schema: { type: "object", properties: {} }, defer_loading: true },
  ]),
  thinking: constantFrom({ type: "adaptive" }, { type: "disabled" }, { type: "enabled", budget_tokens: 2000 }),
}) as Arbitrary<MessagesRequest>;

const targets = Object.values(ALL_TARGETS);

interface Call {
  id: string;
  name: string;
}

/** Calls and results in the order in which the upstream reads them. */
function stepsOf(body: Record<string, unknown>): { calls: Call[]; results: string[]; broken: string[] } {
  const steps = { calls: [] as Call[], results: [] as string[], broken: [] as string[] };
  let open: string[] = [];
  for (const item of (body["messages"] ?? body["input"]) as Record<string, unknown>[]) {
    const resultId = item["type"] === "function_call_output" ? item["call_id"] : item["tool_call_id"];
    if (typeof resultId === "string") {
      steps.results.push(resultId);
      if (!open.includes(resultId)) steps.broken.push(resultId);
      open = open.filter((id) => id !== resultId);
      continue;
    }
    const calls = callsOf(item);
    // Nothing may stand between a call and its result, apart from what the same turn says.
    if (open.length > 0 && item["role"] !== undefined && item["role"] !== "assistant") steps.broken.push(...open);
    steps.calls.push(...calls);
    open.push(...calls.map(({ id }) => id));
  }
  steps.broken.push(...open);
  return steps;
}

function callsOf(item: Record<string, unknown>): Call[] {
  if (item["type"] === "function_call") return [{ id: String(item["call_id"]), name: String(item["name"]) }];
  const calls = (item["tool_calls"] ?? []) as { id: string; function: { name: string } }[];
  return calls.map((call) => ({ id: call.id, name: call.function.name }));
}

function blocksOf(messages: readonly MessageParam[], role: string): ContentBlock[] {
  return messages.flatMap((its) => (its.role === role && typeof its.content !== "string" ? its.content : []));
}

describe("any conversation", () => {
  it("has every call answered exactly once, right after it, under an id of its own", () => {
    assert(
      property(request, (frozen) => {
        deepFreeze(frozen);
        for (const target of targets) {
          const { calls, results, broken } = stepsOf(convertRequest(frozen, target, CONTEXT).body);
          expect(broken).toEqual([]);
          expect(results).toHaveLength(calls.length);
          expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
          for (const { id } of calls) expect(id).toMatch(target.dialect === "chat" ? /^[\w-]{1,40}$/ : /^[\w-]{1,64}$/);
        }
      }),
    );
  });

  it("keeps all calls in order, under names that lead back to the client's", () => {
    assert(
      property(request, (frozen) => {
        deepFreeze(frozen);
        const uses = blocksOf(frozen.messages, "assistant").filter((block) => block.type === "tool_use");
        for (const target of targets) {
          const { body, answerContext } = convertRequest(frozen, target, CONTEXT);
          const { calls } = stepsOf(body);
          expect(calls.map(({ name }) => answerContext.toolNames.toClient(name))).toEqual(uses.map(({ name }) => name));
        }
      }),
    );
  });

  it("loses no word that user, assistant or system said", () => {
    assert(
      property(request, (frozen) => {
        deepFreeze(frozen);
        for (const target of targets) {
          const { body } = convertRequest(frozen, target, CONTEXT);
          const said = JSON.stringify(body["messages"] ?? body["input"]);
          for (const { content } of frozen.messages) {
            const texts =
              typeof content === "string"
                ? [content]
                : content.flatMap((block) => (block.type === "text" ? [block.text] : []));
            for (const words of texts) expect(said).toContain(JSON.stringify(words).slice(1, -1));
          }
        }
      }),
    );
  });

  it("never holds reasoning that another issued", () => {
    assert(
      property(request, (frozen) => {
        deepFreeze(frozen);
        for (const target of targets)
          expect(JSON.stringify(convertRequest(frozen, target, CONTEXT).body)).not.toMatch(/EqQB|Claude's|sw1\./);
      }),
    );
  });

  it("converts to the same body every time", () => {
    assert(
      property(request, constantFrom(...targets), (frozen, target) => {
        deepFreeze(frozen);
        expect(convertRequest(frozen, target, CONTEXT).body).toEqual(convertRequest(frozen, target, CONTEXT).body);
      }),
    );
  });

  (hasPublishedSchemas ? it : it.skip)(
    `is valid by OpenAI's published schemas${hasPublishedSchemas ? "" : " (skipped: no recorded fixtures here)"}`,
    () => {
      const schemas = publishedSchemas();
      assert(
        property(request, (frozen) => {
          deepFreeze(frozen);
          for (const target of targets) {
            const validate = schemas[target.dialect];
            expect([validate(convertRequest(frozen, target, CONTEXT).body), validate.errors]).toEqual([true, null]);
          }
        }),
      );
    },
  );
});

describe("the published schemas, where they are here", () => {
  (hasPublishedSchemas ? it : it.skip)("refuse what is wrong", () => {
    const { chat, responses } = publishedSchemas();
    const user = { role: "user", content: "hi" };
    expect(chat({ model: "m", messages: [user] })).toBe(true);
    expect(chat({ model: "m", messages: [] })).toBe(false);
    expect(chat({ model: "m", messages: [user, { role: "tool", content: "x" }] })).toBe(false);
    expect(chat({ model: "m", messages: [{ role: "user", content: [{ type: "image_url" }] }] })).toBe(false);
    expect(chat({ model: "m", messages: [user], reasoning_effort: "ultra" })).toBe(false);
    expect(responses({ model: "m", input: "hi" })).toBe(true);
    expect(responses({ model: "m", input: "hi", max_output_tokens: 1 })).toBe(false);
    expect(responses({ model: "m", input: "hi", tools: [{ type: "function", name: "a" }] })).toBe(false);
    expect(responses({ model: "m", input: [{ type: "function_call", call_id: "a" }] })).toBe(false);
  });
});
