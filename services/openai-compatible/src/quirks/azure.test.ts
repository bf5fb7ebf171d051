import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { HEADERS } from "@switchyard/wire";

import { DialectBench } from "../dialect-bench.fixture.ts";

const bench = new DialectBench({ kind: "azure", model: "gpt-5.6-sol" });
const dated = new DialectBench({
  kind: "azure",
  model: "gpt-4.1",
  settings: { apiVersion: "2025-04-01-preview" },
  baseUrl: (simulated) => simulated.replace("/openai/v1", ""),
});

beforeAll(() => Promise.all([bench.open(), dated.open()]));
beforeEach(() => {
  bench.reset();
  dated.reset();
});
afterAll(() => Promise.all([bench.close(), dated.close()]));

describe("Azure", () => {
  it("has its key in the header api-key, and nowhere else", async () => {
    await (await bench.ask()).text();
    expect(bench.lastSent().headers["api-key"]).toBe("test-key");
    expect(bench.lastSent().headers).not.toHaveProperty("authorization");
    expect(bench.lastSent().headers).not.toHaveProperty("x-api-key");
  });

  it("serves reasoning models by Responses below /openai/v1", async () => {
    await (await bench.ask({ output_config: { effort: "low" }, thinking: { type: "adaptive" } })).text();
    expect(bench.lastSent().path).toBe("/openai/v1/responses");
    expect(bench.lastSent().json).toMatchObject({ model: "gpt-5.6-sol", reasoning: { effort: "low" } });
  });

  it("has the deployment and the version in the path of its dated API", async () => {
    await (await dated.ask()).text();
    expect(dated.lastSent().path).toBe("/openai/deployments/gpt-4.1/chat/completions?api-version=2025-04-01-preview");
  });

  it("says that its content filter stopped a prompt, which no retry mends", async () => {
    bench.reset({ error: { status: 400, type: "content_filter" } });
    const response = await bench.ask();
    expect(response.status).toBe(400);
    expect(response.headers.get(HEADERS.failure)).toBe("content-policy");
  });

  it("says that a deployment does not exist", async () => {
    bench.reset({ error: { status: 404 } });
    expect((await bench.ask()).headers.get(HEADERS.failure)).toBe("model-not-found");
  });

  it("rests as long as Azure's own header says", async () => {
    bench.reset({ error: { status: 429 } });
    const response = await bench.ask();
    expect(response.headers.get(HEADERS.failure)).toBe("throttled");
    expect(response.headers.get("retry-after")).toBe("6");
  });

  it("tells of requests that remain of ten seconds where no limit stands beside them", async () => {
    const headers = { "x-ratelimit-limit-requests": "", "x-ratelimit-remaining-requests": "19" };
    dated.reset({ blocks: [{ type: "text", text: "x" }], headers });
    const response = await dated.ask();
    await response.text();
    expect(response.headers.get(HEADERS.limits)).toMatch(/^requests;remaining=19;(?:resetMs=\d+;)?windowMs=10000/);
  });

  it("names its setting when the key is refused", async () => {
    bench.reset({ error: { status: 401 } });
    expect(await (await bench.ask()).text()).toContain("AZURE_API_KEY");
  });
});
