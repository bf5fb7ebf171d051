import { ConformanceBench } from "@switchyard/provider-kit/conformance";
import { CLAUDE_CODE_BETAS, createClaudeCodeRequest, createTextOnlyRequest } from "@switchyard/provider-kit/testing";
import type { ProviderSettings } from "@switchyard/service-kit";
import { startSimulator, type RecordedRequest, type SimulatorKind } from "@switchyard/simulators";
import { HEADERS } from "@switchyard/wire";

import { createOpenAiCompatibleProvider } from "./openai-compatible-provider.ts";

export interface DialectBenchOptions {
  kind: SimulatorKind & ProviderSettings["kind"];
  model: string;
  settings?: Partial<ProviderSettings>;
  /** Of the base URL that the simulator names. */
  baseUrl?: (simulated: string) => string;
}

/** A provider before the imitation of its vendor, as the gateway asks it. */
export class DialectBench extends ConformanceBench {
  constructor({ kind, model, settings = {}, baseUrl = (simulated) => simulated }: DialectBenchOptions) {
    super({
      createProvider: createOpenAiCompatibleProvider,
      startSimulator: () => startSimulator(kind),
      settings: (simulator) => ({ kind, baseUrl: baseUrl(simulator.baseUrl), ...settings }),
      model,
      countsTokens: false,
    });
  }

  /** One attempt, failures by name. */
  ask(changes: object = {}): Promise<Response> {
    return this.post({ body: this.body(changes), inner: true });
  }

  /** A session of Claude Code that the gateway sends here, with an image where asked. */
  askAsClaudeCode({ image }: { image: boolean }): Promise<Response> {
    return this.post({
      body: image ? createClaudeCodeRequest() : createTextOnlyRequest(),
      inner: true,
      headers: { "anthropic-beta": CLAUDE_CODE_BETAS, [HEADERS.model]: this.setup.model },
      path: "/v1/messages?beta=true",
    });
  }

  lastSent(): RecordedRequest {
    const request = this.generations().at(-1);
    if (request === undefined) throw new Error("nothing reached the upstream");
    return request;
  }
}

export const READ_TOOL = { name: "Read", description: "reads", input_schema: { type: "object", properties: {} } };

/** The conversation after an answer whose calls have had their results. */
export function continueWith(content: readonly Record<string, unknown>[]): object[] {
  const results = content
    .filter(({ type }) => type === "tool_use")
    .map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "ok" }));
  return [
    { role: "user", content: "Hello" },
    { role: "assistant", content },
    { role: "user", content: results },
  ];
}
