import { describe, expect, it } from "@jest/globals";

import { encodeThinkingSignature } from "../thinking-signature.ts";
import { claudeCodeRequest } from "./__fixtures__/claude-code-request.ts";
import { assistant, call, codesOf, convert, deepFreeze, result, TOOL, user } from "./__fixtures__/convert.ts";
import { hasPublishedSchemas, publishedSchemas } from "./__fixtures__/published-schema.ts";
import {
  ALL_TARGETS,
  CONTEXT,
  DEEPSEEK,
  OPENAI_CHAT,
  OPENAI_RESPONSES,
  OPENROUTER,
  PLAIN,
} from "./__fixtures__/targets.ts";
import { convertRequest } from "./convert-request.ts";

const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
const PDF = {
  type: "document",
  title: "paper",
  source: { type: "base64", media_type: "application/pdf", data: "aGk=" },
};

const REQUESTS: Record<string, Record<string, unknown>> = {
  "one line": {},
  "every option": {
    stream: true,
    system: "Be kind.",
    stop_sequences: ["END"],
    temperature: 0.5,
    top_p: 0.9,
    tools: [TOOL, { ...TOOL, name: "a tool", strict: true }],
    tool_choice: { type: "tool", name: "a tool", disable_parallel_tool_use: true },
    thinking: { type: "enabled", budget_tokens: 4096 },
    output_config: { format: { type: "json_schema", schema: { type: "object", properties: {} } } },
    metadata: { user_id: "user_1_account__session_2" },
  },
  "a broken tool loop": {
    messages: [
      user("go"),
      assistant(call("a"), call("b.c"), call("b.c")),
      user(result("b.c", []), result("zzz", "lost"), "and?"),
    ],
    tools: [TOOL],
  },
  "thinking of another model": {
    messages: [
      user("go"),
      assistant({ type: "thinking", thinking: "hm", signature: "Claude" }, call("a")),
      user(result("a", "ok")),
    ],
    tools: [TOOL],
    thinking: { type: "adaptive" },
  },
};

const MEDIA_REQUESTS: Record<string, Record<string, unknown>> = {
  "images and files": {
    messages: [
      user("look", IMAGE, PDF),
      assistant(call("a"), call("b")),
      user(result("a", [IMAGE, { type: "text", text: "x" }]), result("b", [PDF]), "?"),
    ],
  },
};

(hasPublishedSchemas ? describe : describe.skip)(
  `converted requests against OpenAI's published schemas${hasPublishedSchemas ? "" : " (skipped: no recorded fixtures here)"}`,
  () => {
    const schemas = hasPublishedSchemas ? publishedSchemas() : undefined;

    const cases = Object.entries(ALL_TARGETS).flatMap(([name, target]) => {
      const media = target.documents === "file" ? MEDIA_REQUESTS : {};
      return Object.entries({ ...REQUESTS, ...media }).map(([kind, request]) => ({ name, target, kind, request }));
    });

    it.each(cases)("$name: $kind is valid", ({ target, request }) => {
      const { body } = convert(request, target);
      const validate = schemas?.[target.dialect];
      const valid = validate?.(body);
      expect({ valid, errors: validate?.errors ?? null }).toEqual({ valid: true, errors: null });
    });

    it.each(Object.entries(ALL_TARGETS).filter(([, { images }]) => images))(
      "%s: a Claude Code session is valid",
      (_name, target) => {
        const { body } = convertRequest(deepFreeze(claudeCodeRequest()), target, CONTEXT);
        const validate = schemas?.[target.dialect];
        const valid = validate?.(body);
        expect({ valid, errors: validate?.errors ?? null }).toEqual({ valid: true, errors: null });
      },
    );
  },
);

describe("a Claude Code session on chat completions", () => {
  const converted = convertRequest(deepFreeze(claudeCodeRequest()), OPENAI_CHAT, CONTEXT);
  const messages = converted.body["messages"] as Record<string, unknown>[];

  it("keeps every message in its place, results right after their calls", () => {
    expect(messages.map(({ role }) => role)).toEqual([
      "developer",
      "user",
      "developer",
      "assistant",
      "tool",
      "user",
      "assistant",
      "tool",
      "tool",
      "user",
    ]);
  });

  it("drops the attribution block and keeps the rest of the system prompt", () => {
    expect(messages[0]).toEqual({ role: "developer", content: "You are Claude Code.\n\nBe concise." });
  });

  it("keeps the system message in mid-conversation that holds the environment", () => {
    expect(messages[2]?.["content"]).toContain("# Deferred tools");
  });

  it("offers the referenced deferred tool, neither the unreferenced one nor the placeholder", () => {
    const tools = converted.body["tools"] as { function: { name: string } }[];
    const names = tools.map((tool) => tool.function.name);
    expect(names).toContain("CronList");
    expect(names).not.toContain("WebFetch");
    expect(names).not.toContain("DeferredToolPlaceholder");
    expect(names).toHaveLength(13);
  });

  it("sends nothing that only the Messages API knows", () => {
    expect(JSON.stringify(converted.body)).not.toMatch(/cache_control|defer_loading|tool_reference|billing|signature/);
  });

  it("gives the answer's translator what it needs", () => {
    const { answerContext } = converted;
    expect(answerContext).toMatchObject({
      ...CONTEXT,
      wantsThinking: true,
      omitsThinkingText: true,
      stopSequences: [],
    });
    expect(answerContext.target).toBe(OPENAI_CHAT);
    const long = "mcp__github__create_pull_request_review_comment_with_suggested_changes";
    const upstream = answerContext.toolNames.toUpstream(long);
    expect(upstream.length).toBeLessThanOrEqual(64);
    expect(answerContext.toolNames.toClient(upstream)).toBe(long);
  });

  it("tells once what was left out", () => {
    expect(converted.warnings).toEqual([
      expect.objectContaining({ code: "foreign-thinking-left-out", path: "messages.2.content.0" }),
      expect.objectContaining({ code: "field-left-out", path: "context_management" }),
    ]);
  });
});

const measure = (work: () => void): number => {
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
};

describe("convertRequest", () => {
  it("dispatches on the dialect", () => {
    expect(convert({}, OPENAI_CHAT).body).toHaveProperty("messages");
    expect(convert({}, OPENAI_RESPONSES).body).toHaveProperty("input");
  });

  it("merges the target's extra body last", () => {
    const { body } = convert({ temperature: 0.3 }, { ...PLAIN, extraBody: { temperature: 0.1, num_ctx: 65_536 } });
    expect(body).toMatchObject({ temperature: 0.1, num_ctx: 65_536 });
  });

  it("shares big strings with the request instead of copying them", () => {
    const text = "x".repeat(100_000);
    const [message] = convert({ messages: [user(text)] }).body["messages"] as { content: string }[];
    expect(message?.content).toBe(text);
  });

  it("answers a body that is nested too deeply with a 400", () => {
    let input: unknown = {};
    for (let depth = 0; depth < 200_000; depth++) input = { input };
    const messages = [user("go"), assistant(call("a", "Bash", input)), user(result("a"))];
    const request = { model: "m", max_tokens: 10, messages };
    expect(() => convertRequest(request as never, OPENAI_CHAT, CONTEXT)).toThrow(
      expect.objectContaining({ status: 400, type: "invalid_request_error" }),
    );
  });

  it("notes a last message of the assistant, which these targets do not go on with", () => {
    expect(codesOf(convert({ messages: [user("a poem"), assistant("Roses")] }))).toContain("prefill-not-continued");
  });

  it("converts a 1 MB session in a fraction of the time that its JSON takes", () => {
    const request = claudeCodeRequest();
    const output = "line of output\n".repeat(700);
    for (let turn = 0; turn < 100; turn++)
      request.messages.push(
        assistant(call(`toolu_${turn}`, "Bash", { command: "ls" })),
        user(result(`toolu_${turn}`, output)),
      );
    const json = JSON.stringify(request);
    const parse = measure(() => JSON.parse(json) as unknown);
    for (const target of [OPENAI_CHAT, OPENAI_RESPONSES, OPENROUTER]) {
      const conversion = measure(() => convertRequest(request, target, CONTEXT));
      expect(conversion).toBeLessThan(Math.max(parse, 2));
    }
    expect(json.length).toBeGreaterThan(1_000_000);
  });

  it("leaves thinking on for a session that another provider's Claude has begun, where that is safe", () => {
    const { body } = convertRequest(claudeCodeRequest({ messages: [user("hi")] }), DEEPSEEK, CONTEXT);
    expect(body).toMatchObject({ thinking: { type: "enabled" }, reasoning_effort: "high" });
  });
});

describe("thinking of the target's own in a Claude Code session", () => {
  it("goes back on Responses before the call that came of it", () => {
    const items = [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" }];
    const signature = encodeThinkingSignature({
      issuer: OPENAI_RESPONSES.issuer,
      payload: { kind: "encrypted", items },
    });
    const messages = [
      user("go"),
      assistant({ type: "thinking", thinking: "", signature }, call("a")),
      user(result("a", "ok")),
    ];
    const { body } = convert({ messages, tools: [TOOL] }, OPENAI_RESPONSES);
    expect((body["input"] as { type: string }[]).map(({ type }) => type)).toEqual([
      "message",
      "reasoning",
      "function_call",
      "function_call_output",
    ]);
  });
});
