import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type Scenario, startSimulator } from "@switchyard/simulators";
import { HEADERS } from "@switchyard/wire";

import { checkUpstream } from "../check-upstream.ts";
import { CHAT_SETUP } from "../conformance/__fixtures__/chat-provider.ts";
import { ConformanceBench, type ConformanceSetup, readStream } from "../conformance/index.ts";
import { listProviderModels } from "../list-provider-models.ts";
import type { ProviderService } from "../create-provider-service.ts";

/** The smallest provider of the Messages API. */
const MESSAGES_SETUP: ConformanceSetup = {
  startSimulator: () => startSimulator("anthropic"),
  settings: ({ baseUrl }) => ({ kind: "anthropic", baseUrl }),
  model: "claude-opus-4-8",
  countsTokens: false,
  createProvider: (settings, { catalog, http }) => {
    const offered = listProviderModels(settings, catalog, { dialectOf: () => "messages" });
    const headers = { "x-api-key": "test-key", "anthropic-version": "2023-06-01" };
    return {
      name: settings.name,
      kind: settings.kind,
      models: () => offered.models,
      tiers: () => offered.tiers,
      status: () => ({ status: "ok" }),
      authorize: async () => headers,
      anthropicShaped: {
        messages: () => ({ url: `${settings.baseUrl}/v1/messages`, headers: {} }),
        edits: ({ model }) => ({ model: { set: model.id }, claude: true, plain: false }),
      },
      check: async (signal) => {
        const request = { url: `${settings.baseUrl}/v1/models`, headers, signal };
        await checkUpstream(http, request, { family: "anthropic" });
      },
      close: async () => {},
    };
  },
};

const anthropic = new ConformanceBench(MESSAGES_SETUP);
const openai = new ConformanceBench(CHAT_SETUP);
beforeAll(() => Promise.all([anthropic.open(), openai.open()]));
afterAll(() => Promise.all([anthropic.close(), openai.close()]));

const BETA = "context-management-2025-06-27";
const MANAGEMENT = { edits: [{ type: "clear_tool_uses_20250919" }] };

/** Refuses what the simulator itself would take, in the words of an upstream that does not. */
function refuseWhile(bench: ConformanceBench, holds: string, message: string): void {
  bench.simulator.answerWith(({ body, headers, method }): Scenario | undefined =>
    method === "POST" && `${headers["anthropic-beta"]} ${body}`.includes(holds)
      ? { error: { status: 400, message } }
      : undefined,
  );
}

describe.each([
  {
    name: "the Messages API",
    bench: anthropic,
    field: "context_management",
    changes: { context_management: MANAGEMENT },
    headers: { "anthropic-beta": `claude-code-20250219,${BETA}` },
    holds: '"context_management"',
    message: "context_management: Extra inputs are not permitted",
  },
  {
    name: "chat completions",
    bench: openai,
    field: "temperature",
    changes: { temperature: 0.5 },
    headers: {},
    holds: '"temperature"',
    message: "Unsupported parameter: 'temperature' is not supported with this model.",
  },
])("a field that an upstream of $name refuses", ({ bench, field, changes, headers, holds, message }) => {
  const post = (service: ProviderService, inner: boolean, more: Record<string, string> = {}) =>
    bench.post({ inner, body: bench.body(changes), headers: { ...headers, ...more } }, service);
  let service: ProviderService;

  beforeEach(async () => {
    service = await bench.start();
    bench.reset();
    refuseWhile(bench, holds, message);
  });
  afterEach(() => bench.simulator.answerWith(undefined));

  it("is told to the gateway, after one upstream request", async () => {
    const response = await post(service, true);
    expect(response.status).toBe(400);
    expect(response.headers.get(HEADERS.failure)).toBe("capability");
    expect(response.headers.get(HEADERS.rejected)).toBe(`field:${field}`);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect(bench.generations()).toHaveLength(1);
    // Nothing is learnt behind the gateway's back.
    expect((await post(service, true)).status).toBe(400);
  });

  it("is left out when the gateway says so, and the request succeeds", async () => {
    const response = await post(service, true, { [HEADERS.leaveOut]: `field:${field}` });
    expect(response.status).toBe(200);
    expect(response.headers.get(HEADERS.rejected)).toBeNull();
    expect(await readStream(response)).toMatchObject({ finished: true });
    const [request] = bench.generations();
    expect(request?.body).not.toContain(holds);
    expect(request?.headers["anthropic-beta"] ?? "").not.toContain(BETA);
  });

  it("is left out at once by a service that is used alone, remembered, and shown", async () => {
    const response = await post(service, false);
    expect(response.status).toBe(200);
    expect(response.headers.get(HEADERS.attempts)).toBe("2");
    expect(response.headers.get(HEADERS.rejected)).toBeNull();
    expect(await readStream(response)).toMatchObject({ finished: true });
    expect(bench.generations()).toHaveLength(2);
    expect((await post(service, false)).status).toBe(200);
    expect(bench.generations()).toHaveLength(3);
    const learnt = {
      left_out: [{ model: bench.setup.model, kind: "field", name: field, expires_at: expect.any(String) }],
    };
    expect(await (await bench.get("/health", service)).json()).toMatchObject(learnt);
    expect(await (await bench.get("/info", service)).json()).toMatchObject(learnt);
  });

  it("is left out of no request of the gateway's because of what a client taught, and is no header of a client's", async () => {
    await post(service, false);
    expect((await post(service, true)).status).toBe(400);
    bench.reset();
    const asked = await bench.post(
      { headers: { [HEADERS.leaveOut]: "field:max_tokens, field:stop_sequences" } },
      service,
    );
    expect(asked.status).toBe(200);
    const [request] = bench.generations();
    expect(request?.body).toMatch(/"max_(?:completion_)?tokens"/);
  });

  it("is the client's to hear of when leaving it out does not help", async () => {
    bench.simulator.answerWith(({ method }) => (method === "POST" ? { error: { status: 400, message } } : undefined));
    const response = await post(service, false);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect(bench.generations()).toHaveLength(2);
  });

  it("is nothing to be learnt where another status came with the words", async () => {
    bench.simulator.answerWith(({ method }) => (method === "POST" ? { error: { status: 529, message } } : undefined));
    const response = await post(service, true);
    expect(response.headers.get(HEADERS.failure)).toBe("overloaded");
    expect(response.headers.get(HEADERS.rejected)).toBeNull();
  });
});

describe("what the strict imitation of an upstream refuses by itself", () => {
  beforeEach(() => anthropic.reset());

  it("a field without its beta is left out, and then the answer comes", async () => {
    const body = anthropic.body({ context_management: MANAGEMENT });
    const service = await anthropic.start();
    const told = await anthropic.post({ inner: true, body }, service);
    expect(told.headers.get(HEADERS.rejected)).toBe("field:context_management");
    const again = await anthropic.post(
      { inner: true, body, headers: { [HEADERS.leaveOut]: "field:context_management" } },
      service,
    );
    expect(again.status).toBe(200);
    await again.text();
  });

  it("two fields that are named one after the other are left out one after the other", async () => {
    const service = await anthropic.start();
    const body = anthropic.body({ context_management: MANAGEMENT, speed: "fast" });
    const response = await anthropic.post({ body }, service);
    expect(response.status).toBe(200);
    expect(response.headers.get(HEADERS.attempts)).toBe("3");
    await response.text();
  });

  it("a beta is left out with the field that belongs to it", async () => {
    const headers = { "anthropic-beta": `claude-code-20250219,${BETA}` };
    const body = anthropic.body({ context_management: MANAGEMENT });
    const service = await anthropic.start();
    refuseWhile(anthropic, BETA, `Unexpected value(s) \`${BETA}\` for the \`anthropic-beta\` header.`);
    const told = await anthropic.post({ inner: true, body, headers }, service);
    expect(told.headers.get(HEADERS.rejected)).toBe(`beta:${BETA}`);
    const leaveOut = { [HEADERS.leaveOut]: told.headers.get(HEADERS.rejected) ?? "" };
    const again = await anthropic.post({ inner: true, body, headers: { ...headers, ...leaveOut } }, service);
    anthropic.simulator.answerWith(undefined);
    expect(again.status).toBe(200);
    await again.text();
    const request = anthropic.generations().at(-1);
    expect(request?.headers["anthropic-beta"]).toBe("claude-code-20250219");
    expect(request?.json).not.toHaveProperty("context_management");
  });

  it("a signature that nobody there has made is left out with its thinking, for that request alone", async () => {
    const service = await anthropic.start();
    const messages = [
      { role: "user", content: "x" },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "t", signature: "forged" },
          { type: "text", text: "y" },
        ],
      },
      { role: "user", content: "z" },
    ];
    const told = await anthropic.post({ inner: true, body: anthropic.body({ messages }) }, service);
    expect(told.headers.get(HEADERS.rejected)).toBe("field:thinking_signature");
    const response = await anthropic.post({ body: anthropic.body({ messages }) }, service);
    expect(response.status).toBe(200);
    await response.text();
    expect(await (await anthropic.get("/health", service)).json()).not.toHaveProperty("left_out");
  });
});

describe("limits that an upstream tells", () => {
  const limited = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "1s",
  };
  const words = [{ type: "text" as const, text: "x" }];
  beforeEach(() => openai.reset());

  it.each([true, false])("go to the gateway with an answer (streamed: %p), and to nobody else", async (stream) => {
    openai.reset({ blocks: words, headers: limited, times: "always" });
    const body = openai.body({ stream });
    const inner = await openai.post({ inner: true, body });
    await inner.text();
    expect(inner.headers.get(HEADERS.limits)).toMatch(/^requests;limit=60;remaining=59;resetMs=1000;windowMs=60000/);
    const own = await openai.post({ body });
    await own.text();
    expect(own.headers.get(HEADERS.limits)).toBeNull();
    expect(own.headers.get("x-ratelimit-remaining-requests")).toBe("59");
  });

  it("go to the gateway with a failure, whose wait is in whole seconds", async () => {
    const headers = { ...limited, "x-ratelimit-remaining-requests": "0", "retry-after-ms": "1200" };
    openai.reset({ error: { status: 429, headers }, times: "always" });
    const inner = await openai.post({ inner: true });
    expect(inner.status).toBe(429);
    expect(inner.headers.get(HEADERS.failure)).toBe("throttled");
    expect(inner.headers.get("retry-after")).toBe("2");
    expect(inner.headers.get(HEADERS.limits)).toContain("requests;limit=60;remaining=0;resetMs=1000");
    const own = await openai.post();
    expect(own.headers.get(HEADERS.limits)).toBeNull();
  });

  it("go to the gateway with an error inside a 200, and with no answer at all there are none", async () => {
    openai.reset({ headers: limited, fault: { type: "error_in_200", message: "too busy" } });
    const inside = await openai.post({ inner: true });
    expect(inside.headers.get(HEADERS.failure)).not.toBeNull();
    expect(inside.headers.get(HEADERS.limits)).toContain("requests;limit=60");
    openai.reset({ fault: { type: "cut" } });
    const cut = await openai.post({ inner: true });
    expect(cut.headers.get(HEADERS.limits)).toBeNull();
  });
});
