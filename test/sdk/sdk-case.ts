import type Anthropic from "@anthropic-ai/sdk";
import type { ClientOptions } from "@anthropic-ai/sdk";
import type { Simulator } from "@switchyard/simulators";
import type { Door, SdkRig, SdkTarget } from "./sdk-rig.ts";

/** One door to one provider, as its cases find it. */
export interface SdkBench {
  readonly door: Door;
  readonly target: SdkTarget;
  rig(): SdkRig;
  simulator(): Simulator;
  client(options?: ClientOptions): Anthropic;
}

export const TOOL: Anthropic.Tool = {
  name: "get_weather",
  description: "Tells the weather in a city.",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

/** A request for the target's model. */
export function ask({ target }: SdkBench, changes: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) {
  return {
    model: target.model,
    max_tokens: 1024,
    messages: [{ role: "user" as const, content: "Hello" }],
    ...changes,
  };
}
