import { describe, expect, it } from "@jest/globals";

import { modelInfo } from "../testing/fake-service.ts";
import { MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const start = useMeshes();

const MODELS = ["claude-opus-5-5", "claude-haiku-4-5", "model-b", "model-t", "model-l", "model-d"];

/** The model that answers when these modes are configured. */
async function answeredBy(modes: Record<string, unknown>, body: object): Promise<string | null> {
  const gateway = { modes: { longContextThreshold: 1000, ...modes } };
  const mesh = await start(1, { models: [MODELS.map((name) => modelInfo(name))], gateway });
  return (await post(mesh, { ...MINIMAL, ...body })).headers.get("x-switchyard-model");
}

describe("a model that is configured for requests of a kind", () => {
  const all = { background: "model-b", think: "model-t", longContext: "model-l" };
  const haiku = { model: "claude-haiku-4-5" };
  const opus = { model: "claude-opus-5-5" };
  const thinking = { thinking: { type: "enabled", budget_tokens: 2000 } };
  const long = { messages: [{ role: "user", content: "x".repeat(8000) }] };

  it.each([
    ["background, for Haiku", haiku, "model-b"],
    ["think, before background", { ...haiku, ...thinking }, "model-t"],
    ["long_context, before both", { ...haiku, ...thinking, ...long }, "model-l"],
    ["none, where none of them applies", opus, "claude-opus-5-5"],
    ["none, where thinking is the model's own affair", { ...opus, thinking: { type: "adaptive" } }, "claude-opus-5-5"],
  ])("answers: %s", async (_name, body, expected) => {
    expect(await answeredBy(all, body)).toBe(expected);
  });

  it("answers by default for the rest, and not where a provider is named", async () => {
    expect(await answeredBy({ default: "model-d" }, opus)).toBe("model-d");
    expect(await answeredBy({ default: "model-d" }, { model: "one/claude-opus-5-5" })).toBe("claude-opus-5-5");
  });
});
