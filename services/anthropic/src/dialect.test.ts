import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ConformanceBench, readStream } from "@switchyard/provider-kit/conformance";
import { type RecordedRequest, startSimulator } from "@switchyard/simulators";

import { createAnthropicProvider } from "./anthropic-provider.ts";

const bench = new ConformanceBench({
  startSimulator: () => startSimulator("anthropic"),
  settings: ({ baseUrl }) => ({ kind: "anthropic", baseUrl }),
  createProvider: createAnthropicProvider,
  model: "claude-opus-4-8",
  countsTokens: true,
});

beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

async function sent(post: Promise<Response>): Promise<RecordedRequest> {
  const response = await post;
  await response.text();
  const [request] = bench.generations();
  if (request === undefined) throw new Error(`nothing reached the upstream: ${response.status}`);
  return request;
}

/** As Claude Code 2.1.329 sends it, in small. */
const BETAS =
  "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,per-turn-control-2026-07-01,mid-conversation-tool-changes-2026-07-01,thinking-token-count-2026-05-13,advanced-tool-use-2025-11-20,effort-2025-11-24";
const schema = { type: "object", properties: {} };
const CLAUDE_CODE = {
  max_tokens: 128_000,
  stream: true,
  thinking: { type: "adaptive", display: "omitted" },
  output_config: { effort: "medium" },
  context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
  metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' },
  system: [
    { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.329; cc_entrypoint=sdk-cli;" },
    { type: "text", text: "You are Claude Code", cache_control: { type: "ephemeral" } },
  ],
  tools: [
    { name: "Bash", description: "runs", input_schema: schema },
    { name: "ToolSearch", description: "finds", input_schema: schema },
    { name: "CronList", description: "lists", input_schema: schema, defer_loading: true },
    { name: "DeferredToolPlaceholder", description: "never", input_schema: schema, defer_loading: true },
  ],
  messages: [
    { role: "user", content: [{ type: "text", text: "go" }] },
    { role: "system", content: "The environment." },
  ],
};

describe("the client's request", () => {
  it("goes on byte for byte: key order, long numbers, escapes, spaces", async () => {
    const body = `{ "messages":[{"role":"user","content":"h\\u00e9 \\ud83d\\ude00"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"n","input":{"10":12345678901234567890,"9":0.10}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"}]}],\t"model":"claude-opus-4-8","tools":[{"name":"n","input_schema":{"type":"object","properties":{"2":{},"1":{}}}}],"max_tokens":64,"stream":true}`;
    expect((await sent(bench.post({ body }))).body).toBe(body);
  });

  it("gets the chosen model's id in place of its name, and is the same otherwise", async () => {
    const body = JSON.stringify({ ...bench.body(), model: "opus-of-mine" });
    const service = await bench.start({ settings: { aliases: { "opus-of-mine": "claude-opus-4-8" } } });
    const post = bench.post({ body }, service);
    expect((await sent(post)).body).toBe(body.replace("opus-of-mine", "claude-opus-4-8"));
  });

  it("of Claude Code's newest version is taken as it is", async () => {
    const body = JSON.stringify({ model: "claude-opus-5-5", ...CLAUDE_CODE });
    const response = await bench.post({ body, path: "/v1/messages?beta=true", headers: { "anthropic-beta": BETAS } });
    expect((await readStream(response)).finished).toBe(true);
    const [request] = bench.generations();
    expect(request?.body).toBe(body);
    expect(request?.path).toBe("/v1/messages?beta=true");
    expect(request?.headers["anthropic-beta"]).toBe(BETAS);
    expect(request?.notes).toEqual([]);
  });

  it("of Claude Code for a newer model is put into the words of the older one that the gateway chose", async () => {
    const response = await bench.post({
      body: { model: "claude-opus-5-5", ...CLAUDE_CODE },
      inner: true,
      headers: { "anthropic-beta": BETAS, "x-switchyard-model": "claude-haiku-4-5-20251001" },
    });
    expect(await readStream(response)).toMatchObject({ finished: true });
    const [request] = bench.generations();
    expect(request?.json).toMatchObject({ model: "claude-haiku-4-5-20251001", max_tokens: 64_000 });
    expect(request?.body).not.toContain("defer_loading");
  });

  it.each(["2023-06-01", "2026-10-21"])("keeps its API version %s", async (version) => {
    const request = await sent(
      bench.post({ inner: true, headers: { "anthropic-version": version, "anthropic-beta": "a, b" } }),
    );
    expect(request.headers["anthropic-version"]).toBe(version);
    expect(request.headers["anthropic-beta"]).toBe("a, b");
  });

  it("for a Claude model that nobody here knows yet is the upstream's to judge", async () => {
    const response = await bench.post({ body: bench.body({ model: "claude-opus-99" }), inner: false });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("claude-opus-99");
    expect(bench.generations()[0]?.json).toMatchObject({ model: "claude-opus-99" });
  });
});

describe("a conversation that another provider began", () => {
  const marked = `sw1.${Buffer.from(
    JSON.stringify({
      issuer: { provider: "openai", model: "gpt-6", account: "a" },
      payload: { kind: "encrypted", items: [{ id: "rs_1" }] },
    }),
  ).toString("base64url")}`;
  const messages = [
    { role: "user", content: "go" },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: marked },
        { type: "tool_use", id: "toolu_1", name: "Bash", input: {} },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "ok" }] },
  ];
  const tools = [{ name: "Bash", input_schema: schema }];

  it.each([
    ["claude-opus-4-8", { type: "adaptive" }],
    ["claude-opus-4-6", { type: "enabled", budget_tokens: 2048 }],
    ["claude-haiku-4-5-20251001", { type: "enabled", budget_tokens: 2048 }],
  ])("goes on in the middle of a tool loop on %s, with thinking %j asked for", async (model, thinking) => {
    const body = { model, max_tokens: 4096, stream: true, thinking, tools, messages };
    expect(await readStream(await bench.post({ body }))).toMatchObject({ finished: true });
    expect(bench.generations()[0]?.body).not.toContain("sw1.");
  });
});

describe("errors of the upstream", () => {
  it("reach the client byte for byte, with what they say of limits and retries", async () => {
    const body =
      '{"type":"error", "error":{"type":"rate_limit_error","message":"Wait.","details":{"x":1}},"request_id":"req_up"}';
    const headers = { "retry-after": "7", "x-should-retry": "true", "anthropic-ratelimit-requests-remaining": "0" };
    bench.reset({ error: { status: 429, body: JSON.parse(body) as unknown, headers } });
    const response = await bench.post();
    expect(response.status).toBe(429);
    expect(JSON.parse(await response.text())).toEqual(JSON.parse(body));
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
    expect(response.headers.get("request-id")).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it("keep the words by which Claude Code knows to compact", async () => {
    const message = "prompt is too long: 213462 tokens > 200000 maximum";
    bench.reset({ error: { status: 400, type: "invalid_request_error", message } });
    const response = await bench.post({ inner: true });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-switchyard-failure")).toBe("context-too-long");
    expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", message } });
  });
});

describe("credential: client", () => {
  const settings = { credential: { type: "client" as const } };

  it("passes the client's own credential on, whichever it is, and nothing of ours", async () => {
    const service = await bench.start({ settings });
    const subscription = {
      authorization: "Bearer sk-ant-oat01-x",
      "x-api-key": "",
      "anthropic-beta": "oauth-2025-04-20",
    };
    const request = await sent(bench.post({ headers: { ...subscription, "x-switchyard-key": "ours" } }, service));
    expect(request.headers["authorization"]).toBe("Bearer sk-ant-oat01-x");
    expect(request.headers["anthropic-beta"]).toBe("oauth-2025-04-20");
    expect(JSON.stringify(request.headers)).not.toContain("ours");
    bench.reset();
    expect((await sent(bench.post({ headers: { "x-api-key": "sk-ant-own" } }, service))).headers["x-api-key"]).toBe(
      "sk-ant-own",
    );
  });

  it("asks a client without one for its own, with a true 401, and asks nobody else", async () => {
    const service = await bench.start({ settings });
    const response = await bench.post({ headers: { "x-api-key": "" } }, service);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: "authentication_error" } });
    expect(bench.generations()).toEqual([]);
  });

  it("lets the client see that its own credential is refused, in the upstream's words", async () => {
    const service = await bench.start({ settings });
    const response = await bench.post({ headers: { "x-api-key": "invalid" } }, service);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { type: "authentication_error", message: "invalid x-api-key" },
    });
  });

  it("is healthy when the host is there, although there is no key to check", async () => {
    const service = await bench.start({ settings });
    expect(await service.health.check()).toMatchObject({ status: "ok" });
    const gone = await bench.start({ settings: { ...settings, baseUrl: "http://127.0.0.1:1" } });
    expect(await gone.health.check()).toMatchObject({ status: "unreachable", failure: "network" });
  });
});

describe("counting tokens", () => {
  it("is the upstream's own, for the same request and betas", async () => {
    const { max_tokens: _max, stream: _stream, thinking: _thinking, metadata: _metadata, ...body } = CLAUDE_CODE;
    const response = await bench.post({
      path: "/v1/messages/count_tokens?beta=true",
      body: { model: "claude-opus-5-5", ...body },
      headers: { "anthropic-beta": BETAS },
    });
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
    const request = bench.simulator.requests.find(({ path }) => path.includes("count_tokens"));
    expect(request?.path).toBe("/v1/messages/count_tokens?beta=true");
    expect(request?.headers["anthropic-beta"]).toBe(BETAS);
  });

  it("that fails is told as it is", async () => {
    const response = await bench.post({
      path: "/v1/messages/count_tokens",
      body: { model: "claude-opus-4-8", messages: [] },
    });
    expect(response.status).toBe(400);
  });
});
