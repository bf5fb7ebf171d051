import { afterAll, describe, expect, it } from "@jest/globals";
import type { Scenario } from "../scenario.ts";
import { PNG, calls, image, result, text, tool, user } from "./__fixtures__/chat-bodies.ts";
import { loadPublishedSchemas } from "./__fixtures__/published-schema.ts";
import { SKIPPED, hasSpec, specPath } from "./__fixtures__/recorded.ts";
import { closeSessions, openSession, type Fields } from "./__fixtures__/session.ts";

const SCENARIO: Scenario = {
  times: "always",
  blocks: [
    { type: "reasoning", text: "thinking about the question at some length" },
    { type: "text", text: "first some words" },
    { type: "tool_call", name: "read", input: { path: "a" } },
    { type: "tool_call", name: "read", input: {} },
  ],
  usage: { cacheRead: 2, cacheWrite: 1 },
};

const MESSAGES = [
  { role: "system", content: "be brief" },
  user([text(), image()]),
  calls("call_1", "call_2"),
  result("call_1"),
  result("call_2", [text("part")]),
  { role: "assistant", content: "so far" },
  user("go on"),
];

/** Bodies in which every known field appears somewhere. */
const CHAT: readonly Fields[] = [
  { model: "gpt-4.1", messages: [user()] },
  {
    model: "gpt-4.1",
    messages: MESSAGES,
    tools: [tool()],
    tool_choice: { type: "function", function: { name: "read" } },
    parallel_tool_calls: false,
    max_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    stop: ["a", "b"],
    seed: 3,
    user: "someone",
    metadata: { purpose: "test" },
    response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" }, strict: null } },
  },
  {
    model: "gpt-5.6",
    messages: [{ role: "developer", content: "be brief" }, user()],
    max_completion_tokens: 500,
    reasoning_effort: "low",
    verbosity: "low",
    prompt_cache_key: "session",
    service_tier: "auto",
    store: false,
    stream: true,
    stream_options: { include_usage: true },
  },
];

const REASONING_TOOL = {
  type: "function",
  name: "read",
  parameters: { type: "object", properties: {} },
  strict: false,
};

const RESPONSES: readonly Fields[] = [
  { model: "gpt-5.6", input: "hello" },
  {
    model: "gpt-5.6",
    instructions: "be brief",
    input: [
      { type: "message", role: "developer", content: "be brief" },
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "look" },
          { type: "input_image", image_url: `data:image/png;base64,${PNG}`, detail: "auto" },
        ],
      },
      { type: "function_call", call_id: "call_1", name: "read", arguments: "{}" },
      { type: "function_call_output", call_id: "call_1", output: [{ type: "input_text", text: "done" }] },
      { type: "message", role: "assistant", content: "so far" },
      { role: "user", content: "go on" },
    ],
    tools: [REASONING_TOOL],
    tool_choice: "auto",
    parallel_tool_calls: false,
    reasoning: { effort: "low", summary: "auto" },
    include: ["reasoning.encrypted_content"],
    max_output_tokens: 64,
    store: false,
    text: { format: { type: "text" }, verbosity: "low" },
    prompt_cache_key: "session",
    safety_identifier: "someone",
    stream: true,
  },
];

/** Every body that differs from the given one in one place: the value gone, of another type, or with a new field. */
function mutate(body: Fields): Fields[] {
  const mutants: Fields[] = [];
  const visit = (value: unknown, path: (string | number)[]): void => {
    if (path.length > 0) {
      for (const other of [null, 7, -1, "", "odd", true, [], {}, [{}], ["odd"]])
        mutants.push(replaceAt(body, path, other));
      mutants.push(replaceAt(body, path, undefined));
    }
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) mutants.push(replaceAt(body, [...path, "surprise"], 1));
    for (const [key, child] of Object.entries(value)) visit(child, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  visit(body, []);
  return mutants;
}

function replaceAt(body: Fields, path: readonly (string | number)[], value: unknown): Fields {
  const copy = structuredClone(body);
  let holder: Record<string | number, unknown> = copy;
  for (const part of path.slice(0, -1)) holder = holder[part] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

/** Recorded responses say `user: null` and `usage: null`, which the description does not foresee. */
function withoutNulls(value: Fields = {}): Fields {
  if (typeof value["response"] === "object") {
    return { ...value, response: withoutNulls(value["response"] as Fields) };
  }
  const nulls = ["user", "usage"].filter((field) => value[field] === null);
  return Object.fromEntries(Object.entries(value).filter(([field]) => !nulls.includes(field)));
}

const withSpec = hasSpec ? describe : describe.skip;

withSpec(`OpenAI's published API description${SKIPPED}`, () => {
  const published = hasSpec ? loadPublishedSchemas(specPath) : { findFault: () => undefined };
  afterAll(closeSessions);

  it.each([
    ["CreateChatCompletionRequest", "/v1/chat/completions", CHAT],
    ["CreateResponse", "/v1/responses", RESPONSES],
  ])(
    "finds %s valid wherever the simulator accepts one",
    async (schema, path, bodies) => {
      const { ask, simulator } = await openSession("openai", { path });
      simulator.script({ times: "always", blocks: [{ type: "text", text: "ok" }] });
      const faults: unknown[] = [];
      let refused = 0;
      for (const body of bodies) {
        expect(published.findFault(schema, body)).toBeUndefined();
        expect((await ask(body)).status).toBe(200);
        for (const mutant of mutate(body)) {
          const { status } = await ask(mutant);
          const fault = published.findFault(schema, mutant);
          if (status === 200 && fault !== undefined) faults.push({ mutant: JSON.stringify(mutant), fault });
          if (status !== 200) refused += 1;
        }
      }
      expect(faults).toEqual([]);
      expect(refused).toBeGreaterThan(100);
    },
    120_000,
  );

  it.each([
    ["gpt-4.1", { tools: [tool()] }],
    ["gpt-5.6", {}],
  ])("finds chat completions of %s valid, streamed and not", async (model, fields) => {
    const { ask, simulator } = await openSession("openai", { path: "/v1/chat/completions" });
    simulator.script(SCENARIO);
    const body = { model, messages: [user()], ...fields };
    const whole = await ask(body);
    expect(published.findFault("CreateChatCompletionResponse", whole.json)).toBeUndefined();
    const streamed = await ask({ ...body, stream: true, stream_options: { include_usage: true } });
    expect(streamed.events.length).toBeGreaterThan(5);
    for (const event of streamed.events) {
      expect(published.findFault("CreateChatCompletionStreamResponse", event)).toBeUndefined();
    }
  });

  it("finds responses and their events valid, with every kind of item and ending", async () => {
    const { ask, simulator } = await openSession("openai", { path: "/v1/responses" });
    for (const stopReason of ["tool_use", "max_tokens", "refusal"]) {
      simulator.script({ ...SCENARIO, times: 2, stopReason });
      const body = { ...RESPONSES[1], stream: false };
      expect(published.findFault("Response", withoutNulls((await ask(body)).json))).toBeUndefined();
      const streamed = await ask({ ...body, stream: true });
      expect(streamed.events.length).toBeGreaterThan(10);
      for (const event of streamed.events) {
        expect(published.findFault("ResponseStreamEvent", withoutNulls(event))).toBeUndefined();
      }
    }
  });

  it("finds a failed response valid", async () => {
    const { ask, simulator } = await openSession("openai", { path: "/v1/responses" });
    simulator.script({ ...SCENARIO, fault: { type: "error_in_200", afterEvents: 2, status: 500 } });
    const { events } = await ask({ ...RESPONSES[0], stream: true });
    expect(published.findFault("ResponseStreamEvent", withoutNulls(events.at(-1)))).toBeUndefined();
  });

  it("finds errors and the list of models valid", async () => {
    const { ask, get } = await openSession("openai", { path: "/v1/chat/completions" });
    expect(published.findFault("ErrorResponse", (await ask({})).json)).toBeUndefined();
    expect(published.findFault("ListModelsResponse", (await get("/v1/models")).json)).toBeUndefined();
  });
});
