import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { PARAMETERS, calls, image, result, tool, user } from "../../__fixtures__/chat-bodies.ts";
import { closeSessions, errorOf, openSession, type Fields, type Session } from "../../__fixtures__/session.ts";

const PATH = "/v1beta/openai/chat/completions";
const GOOD = { model: "gemini-2.5-flash", messages: [user()], tools: [tool()], max_tokens: 100 };
const unknownName = (name: string, at = ""): string =>
  `Invalid JSON payload received. Unknown name "${name}"${at === "" ? "" : ` at '${at}'`}: Cannot find field.`;

const REFUSALS: readonly (readonly [what: string, fields: Fields, message: string | RegExp])[] = [
  ["an unknown field", { foo: 1 }, unknownName("foo")],
  ["several of them", { user: "x", seed: 1 }, `${unknownName("user")}\n${unknownName("seed")}`],
  ["Google's own fields outside extra_body", { google: {} }, unknownName("google")],
  ["unknown fields of extra_body", { extra_body: { google: { foo: 1 } } }, unknownName("foo", "extra_body.google")],
  [
    "unknown fields of a message",
    { messages: [{ ...user(), cache_control: {} }] },
    unknownName("cache_control", "messages[0]"),
  ],
  ["a field of another type", { stream: "yes" }, `Invalid value at 'stream' (TYPE_BOOL), "yes"`],
  ["no messages", { messages: [] }, "* GenerateContentRequest.contents: contents is not specified\n"],
  [
    "nothing but a system message",
    { messages: [{ role: "system", content: "be brief" }] },
    "* GenerateContentRequest.contents: contents is not specified\n",
  ],
  ["an unknown role", { messages: [{ role: "model", content: "x" }] }, "Please use a valid role: user, model."],
  [
    "an empty message",
    { messages: [user(), { role: "assistant", content: "" }, user()] },
    "* GenerateContentRequest.contents[1].parts: contents.parts must not be empty.\n",
  ],
  ["six stop sequences", { stop: ["a", "b", "c", "d", "e", "f"] }, /^Invalid value at 'stop'/],
  [
    "an effort beside a budget",
    { reasoning_effort: "low", extra_body: { google: { thinking_config: { thinking_budget: 100 } } } },
    "Expected one of either `reasoning_effort` or custom `thinking_config`; found both.",
  ],
  [
    "a budget beside a level",
    { extra_body: { google: { thinking_config: { thinking_budget: 100, thinking_level: "low" } } } },
    "You can only set only one of thinking budget and thinking level.",
  ],
  [
    "no thinking where the model always thinks",
    { model: "gemini-3.8-flash", reasoning_effort: "none" },
    "Budget 0 is invalid. This model only works in thinking mode.",
  ],
  [
    "a level that the model does not have",
    { model: "gemini-4-argon", reasoning_effort: "minimal" },
    "Thinking level MINIMAL is not supported for this model.",
  ],
  [
    "more output than the model has",
    { max_tokens: 70_000 },
    "Unable to submit request because it has a maxOutputTokens value of 70000 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.",
  ],
  [
    "a forced call without tools",
    { tools: undefined, tool_choice: "required" },
    "Function calling config is set without function_declarations.",
  ],
  [
    "a tool whose name begins with a digit",
    { tools: [tool(), tool("1st")] },
    /^\* GenerateContentRequest\.tools\[0\]\.function_declarations\[1\]\.name: Invalid function name\. Must start with a letter or an underscore\./,
  ],
  ["the same tool twice", { tools: [tool(), tool()] }, "Duplicate function declaration found: read"],
  [
    "a schema beyond its subset",
    { tools: [tool("read", { ...PARAMETERS, $schema: "x", additionalProperties: false })] },
    ["$schema", "additionalProperties"]
      .map((keyword) => unknownName(keyword, "tools[0].function_declarations[0].parameters"))
      .join("\n"),
  ],
  [
    "a picture that is not base64",
    { messages: [user([image("data:image/png;base64,n o")])] },
    /^Unable to process input image\./,
  ],
  [
    "a picture of another kind",
    { messages: [user([image("data:text/plain;base64,aGk=")])] },
    "Unsupported MIME type: text/plain",
  ],
  [
    "an open call",
    { messages: [user(), calls("a", "b"), result("a")] },
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
  ],
  [
    "a result without a call",
    { messages: [user(), result("a")] },
    "Please ensure that function response turn comes immediately after a function call turn.",
  ],
];

describe("Gemini's OpenAI endpoint", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession("gemini", { path: PATH, models: [{ id: "small", contextWindow: 100 }] });
  });
  afterAll(closeSessions);

  it.each(REFUSALS)("refuses %s", async (_what, fields, message) => {
    const answer = await session.ask({ ...GOOD, ...fields });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual([
      {
        error: expect.objectContaining({
          code: 400,
          message: typeof message === "string" ? message : expect.stringMatching(message),
          status: "INVALID_ARGUMENT",
        }),
      },
    ]);
  });

  it.each<[string, Fields]>([
    ["what the others differ from", {}],
    ["an effort", { reasoning_effort: "high" }],
    ["thoughts that are to be shown", { extra_body: { google: { thinking_config: { include_thoughts: true } } } }],
    ["no thinking where that is possible", { reasoning_effort: "none" }],
    ["five stop sequences", { stop: ["a", "b", "c", "d", "e"] }],
    ["its models' full names", { model: "models/gemini-2.5-flash" }],
    ["a tool without parameters", { tools: [{ type: "function", function: { name: "now" } }] }],
    [
      "calls and results of a model without signatures",
      { messages: [user(), calls("a", "b"), result("b"), result("a")] },
    ],
  ])("takes %s", async (_what, fields) => {
    const answer = await session.ask({ ...GOOD, ...fields });
    expect({ status: answer.status, text: answer.status === 200 ? "" : answer.text }).toEqual({
      status: 200,
      text: "",
    });
  });

  it("does not know a model", async () => {
    const answer = await session.ask({ ...GOOD, model: "gemini-1.0-ultra" });
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toMatchObject({
      status: "NOT_FOUND",
      message: expect.stringMatching(/^models\/gemini-1\.0-ultra is not found for API version v1main/),
    });
  });

  it("refuses a prompt that is too long", async () => {
    const answer = await session.ask({ model: "small", messages: [user("word ".repeat(300))] });
    expect(errorOf(answer)["message"]).toMatch(
      /^The input token count \(\d+\) exceeds the maximum number of tokens allowed \(100\)\.$/,
    );
  });

  it("asks for a key", async () => {
    const strict = await openSession("gemini", { path: PATH, credentials: ["good"] });
    expect(errorOf(await strict.ask(GOOD, {}))["message"]).toBe("Missing or invalid Authorization header.");
    const wrong = await strict.ask(GOOD, { authorization: "Bearer bad" });
    expect(wrong.status).toBe(400);
    expect(errorOf(wrong)).toMatchObject({
      message: "API key not valid. Please pass a valid API key.",
      details: [{ reason: "API_KEY_INVALID" }, { locale: "en-US" }],
    });
    expect((await strict.ask(GOOD, { "x-goog-api-key": "good" })).status).toBe(200);
  });

  it("names the kind of every wrong value, and nothing of the body that is no JSON", async () => {
    expect(errorOf(await session.ask("{"))["message"]).toMatch(/^Invalid JSON payload received\./);
    expect(errorOf(await session.ask({ ...GOOD, temperature: "hot" }))).toMatchObject({
      details: [{ fieldViolations: [{ field: "temperature" }] }],
    });
  });
});

describe("Gemini's errors", () => {
  afterAll(closeSessions);

  it.each([
    [400, undefined, "INVALID_ARGUMENT"],
    [401, undefined, "UNAUTHENTICATED"],
    [403, undefined, "PERMISSION_DENIED"],
    [404, undefined, "NOT_FOUND"],
    [429, undefined, "RESOURCE_EXHAUSTED"],
    [500, undefined, "INTERNAL"],
    [503, undefined, "UNAVAILABLE"],
    [504, undefined, "DEADLINE_EXCEEDED"],
  ])("of status %d come as a list with Google's name for them", async (status, type, name) => {
    const { ask, simulator } = await openSession("gemini", { path: PATH });
    simulator.script({ error: { status, ...(type === undefined ? {} : { type }) } });
    const answer = await ask(GOOD);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual([{ error: expect.objectContaining({ code: status, status: name }) }]);
  });

  it.each([
    [undefined, "34.4s", /PerMinute/],
    ["per_day", "41000s", /PerDay/],
  ])("of quota say which, and when to come again: %s", async (type, delay, quota) => {
    const { ask, simulator } = await openSession("gemini", { path: PATH });
    simulator.script({ error: { status: 429, ...(type === undefined ? {} : { type }) } });
    expect(errorOf(await ask(GOOD))).toMatchObject({
      details: expect.arrayContaining([
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [expect.objectContaining({ quotaId: expect.stringMatching(quota) })],
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: delay },
      ]),
    });
  });

  it("come beyond the limits", async () => {
    const { ask } = await openSession("gemini", {
      path: PATH,
      limits: { requests: 1 },
      enforceLimits: true,
      now: () => 0,
    });
    expect((await ask(GOOD)).status).toBe(200);
    const refused = await ask(GOOD);
    expect(refused.status).toBe(429);
    expect(JSON.stringify(refused.json)).toContain('"retryDelay":"60s"');
  });

  it("come inside a stream", async () => {
    const { ask, simulator } = await openSession("gemini", { path: PATH });
    simulator.script({
      blocks: [{ type: "text", text: "hello" }],
      fault: { type: "error_in_200", afterEvents: 1, status: 503 },
    });
    const { events } = await ask({ ...GOOD, stream: true });
    expect(events.at(-1)).toEqual([{ error: expect.objectContaining({ code: 503, status: "UNAVAILABLE" }) }]);
  });
});
