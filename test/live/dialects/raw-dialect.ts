import type { Scenario, ScenarioBlock } from "@switchyard/simulators";
import type { LiveTarget, RawAnswer } from "../live-case.ts";

/** What a case wants to ask, in no dialect yet. */
export interface Wish {
  prompt: string;
  maxTokens: number;
  stream?: boolean;
  /** PNG, base64. */
  image?: string;
  tools?: readonly WishedTool[];
  thinking?: boolean;
}

export interface WishedTool {
  name: string;
  description: string;
  schema: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
  id: string;
  name: string;
}

/** What a success says, whatever its dialect. */
export interface AnswerContent {
  blocks: readonly ScenarioBlock[];
  calls: readonly ToolCall[];
  /** In the words of the Messages API. */
  stopReason: string;
  usage: TokenCount;
}

export interface TokenCount {
  /** The whole prompt, cached parts included. */
  input: number;
  output: number;
  reasoning?: number;
  /** What the provider itself says that the answer cost, in dollars. */
  dollars?: number;
}

export type Body = Readonly<Record<string, unknown>>;

/**
 * An upstream's own dialect, written down by hand from its documentation: what is sent here must not
 * come from the project's translation, which is what is to be checked.
 */
export interface RawDialect {
  readonly name: "messages" | "chat" | "responses";
  body(target: LiveTarget, wish: Wish): Body;
  /** The request that goes on after an answer with tool calls, with a result for each; throws when it has none. */
  withResults(body: Body, answer: RawAnswer, results: readonly string[], target: LiveTarget): Body;
  /** undefined: the answer holds nothing that a model said. */
  read(answer: RawAnswer): AnswerContent | undefined;
  /** What kind of event it is; undefined: one that may come at any time (pings). */
  labelEvent(event: unknown): string | undefined;
  /** The request with a result for a tool call that was never made. */
  withOrphanResult(body: Body): Body;
  /** The same with its reasoning signature altered; undefined: the body carries none that the upstream checks. */
  withAlteredSignature(body: Body): Body | undefined;
  /** The same with another limit of output tokens. */
  withMaxTokens(body: Body, maxTokens: number): Body;
}

/** What makes a simulator answer the same, so that the two answers differ only in shape. */
export function toScenario({ blocks, stopReason, usage }: AnswerContent): Scenario {
  const { input, output, reasoning } = usage;
  return {
    blocks: [...blocks],
    stopReason,
    usage: { input, output, ...(reasoning === undefined ? {} : { reasoning }) },
  };
}
