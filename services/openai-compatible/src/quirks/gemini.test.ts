import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readStream } from "@switchyard/provider-kit/conformance";
import { HEADERS } from "@switchyard/wire";

import { continueWith, DialectBench, READ_TOOL } from "../dialect-bench.fixture.ts";

const bench = new DialectBench({ kind: "gemini", model: "gemini-3.1-pro-preview" });

beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

const quota = (quotaId: string) => ({
  status: 429,
  body: [
    {
      error: {
        code: 429,
        status: "RESOURCE_EXHAUSTED",
        message: "You exceeded your current quota.",
        details: [{ violations: [{ quotaId }] }, { retryDelay: "34s" }],
      },
    },
  ],
});

describe("Gemini", () => {
  it("gets tool schemas in the subset that it takes", async () => {
    const input_schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { mode: { const: "fast" }, size: { type: ["integer", "null"], exclusiveMinimum: 0 } },
      additionalProperties: false,
    };
    const response = await bench.ask({ tools: [{ ...READ_TOOL, input_schema }] });
    expect(bench.lastSent().refused).toBeUndefined();
    expect(response.status).toBe(200);
    for (const word of ["$schema", "additionalProperties", "exclusiveMinimum", '"const"'])
      expect(bench.lastSent().body).not.toContain(`${word}":`);
  });

  it("gets its own thought signature back, and the documented stand-in for calls of another model", async () => {
    const changes = { tools: [READ_TOOL], thinking: { type: "adaptive" } };
    bench.reset({ blocks: [{ type: "tool_call", name: "Read", input: {} }] });
    const first = await readStream(await bench.ask(changes));
    await (await bench.ask({ ...changes, messages: continueWith(first.content) })).text();
    expect(bench.lastSent().refused).toBeUndefined();
    expect(bench.lastSent().body).not.toContain("skip_thought_signature_validator");
    const foreign = [{ type: "tool_use", id: "toolu_01", name: "Read", input: {} }];
    await (await bench.ask({ ...changes, messages: continueWith(foreign) })).text();
    expect(bench.lastSent().refused).toBeUndefined();
    expect(bench.lastSent().body).toContain("skip_thought_signature_validator");
  });

  it("says that a key is not valid although its answer is 400", async () => {
    const service = await bench.start({
      settings: {
        credential: {
          type: "api_key",
          value: { reveal: () => "invalid", toJSON: () => "***", toString: () => "***" },
        },
      },
    });
    const response = await bench.post({ inner: true }, service);
    expect(response.status).toBe(503);
    expect(response.headers.get(HEADERS.failure)).toBe("auth");
    expect(await response.text()).toContain("GEMINI_API_KEY");
  });

  it("rests until the day's quota begins anew, and by the seconds that a minute's names", async () => {
    bench.reset(
      { error: quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier") },
      { error: quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier") },
    );
    expect((await bench.ask()).headers.get("retry-after")).toBe("34");
    const daily = await bench.ask();
    expect(Number(daily.headers.get("retry-after"))).toBeGreaterThan(34);
  });

  it("says that a prompt is too long so that the client compacts", async () => {
    const message = "The input token count (1200345) exceeds the maximum number of tokens allowed (1048576).";
    bench.reset({ error: { status: 400, message } });
    const response = await bench.ask();
    expect(response.headers.get(HEADERS.failure)).toBe("context-too-long");
    expect(await response.text()).toContain("prompt is too long: 1200345 tokens > 1048576 maximum");
  });
});
