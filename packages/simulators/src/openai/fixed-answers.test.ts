import { afterEach, describe, expect, it } from "@jest/globals";
import type { SimulatorKind } from "../start-simulator.ts";
import { closeSessions, openSession } from "./__fixtures__/session.ts";

const ENDPOINTS: readonly (readonly [SimulatorKind, string])[] = [
  ["openai", "/v1/chat/completions"],
  ["openai", "/v1/responses"],
  ["azure", "/openai/v1/chat/completions"],
  ["azure", "/openai/deployments/any/chat/completions"],
  ["azure", "/openai/v1/responses"],
  ["gemini", "/v1beta/openai/chat/completions"],
  ["github-models", "/inference/chat/completions"],
  ["openrouter", "/api/v1/chat/completions"],
  ["deepseek", "/chat/completions"],
  ["ollama", "/v1/chat/completions"],
];

describe("a fixed answer", () => {
  afterEach(closeSessions);

  it.each(ENDPOINTS)("of %s is given at %s to any model, streamed and not, unchecked", async (kind, path) => {
    const { ask } = await openSession(kind, { path, fixed: { blocks: [{ type: "text", text: "fixed words" }] } });
    const whole = await ask({ model: "any-model", whatever: 1 }, {});
    expect(whole.status).toBe(200);
    expect(whole.text).toContain("fixed words");
    const streamed = await ask({ model: "any-model", stream: true }, {});
    expect(streamed.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(streamed.text).toContain("fixed words");
  });
});
