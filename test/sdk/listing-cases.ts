import { NotFoundError } from "@anthropic-ai/sdk";
import type Anthropic from "@anthropic-ai/sdk";
import { expect, it } from "@jest/globals";
import { ask, TOOL, type SdkBench } from "./sdk-case.ts";

/** What the SDK asks besides messages. */
export function registerListingCases(bench: SdkBench): void {
  it("messages.countTokens counts, and more for more", async () => {
    const { max_tokens: _maxTokens, ...small } = ask(bench);
    const large = { ...small, messages: [{ role: "user" as const, content: "word ".repeat(500) }], tools: [TOOL] };
    const count = async (body: Anthropic.MessageCountTokensParams) =>
      (await bench.client().messages.countTokens(body)).input_tokens;
    const counted = count(small);
    // A service used alone says honestly that its upstream does not count; the gateway then counts by itself.
    if (bench.door === "service" && !countsNatively(bench)) return await expect(counted).rejects.toThrow(NotFoundError);
    expect(await counted).toBeGreaterThan(0);
    expect(await count(large)).toBeGreaterThan((await counted) + 300);
  });

  it("models.list pages through every model, and models.retrieve finds each", async () => {
    const client = bench.client();
    const listed: Anthropic.ModelInfo[] = [];
    for await (const model of client.models.list({ limit: 2 })) listed.push(model);
    const whole = await client.models.list({ limit: 1000 });
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.map(({ id }) => id)).toEqual(whole.data.map(({ id }) => id));
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    for (const model of listed) {
      expect(model).toMatchObject({ type: "model" });
      expect(model.display_name).not.toBe("");
      expect(Date.parse(model.created_at)).not.toBeNaN();
    }
    const last = listed.at(-1);
    expect(await client.models.retrieve(last?.id ?? "")).toMatchObject({
      id: last?.id,
      display_name: last?.display_name,
    });
  });

  it("models.retrieve rejects an unknown model with NotFoundError", async () => {
    const asked = bench.client().models.retrieve("nobody-has-this-model");
    await expect(asked).rejects.toThrow(NotFoundError);
    await expect(asked).rejects.toMatchObject({ status: 404, type: "not_found_error" });
  });
}

/** Claude on the API itself and on Google Cloud. */
function countsNatively({ target }: SdkBench): boolean {
  return target.kind === "anthropic" || (target.kind === "vertex" && target.model.startsWith("claude-"));
}
