import type { ApiVersion } from "@switchyard/wire";
import type { CheckedBlock, CheckedMessage, CheckedRequest } from "./shape/request-schema.ts";
import type { ClaudeModel } from "./claude-models.ts";
import type { ThinkingSeal } from "./answer/thinking-seal.ts";

/** A request whose shape is right, with everything that the checks of its meaning look at. */
export interface RequestFacts {
  body: CheckedRequest;
  version: ApiVersion;
  betas: ReadonlySet<string>;
  model: ClaudeModel;
  /** Google's endpoint asks for betas that have become part of the API itself. */
  platform: "anthropic" | "vertex";
  /** Estimated tokens of the whole prompt. */
  inputTokens: number;
  seal: ThinkingSeal;
  /** Collects what is odd but allowed. */
  notes: string[];
}

/** The message of an `invalid_request_error`, or undefined when nothing is wrong. */
export type Check = (facts: RequestFacts) => string | undefined;

/** Blocks of consecutive messages of one role, which the API combines into a turn; system messages stand apart. */
export interface Turn {
  role: "user" | "assistant";
  blocks: PlacedBlock[];
  /** Index of its last message. */
  lastMessage: number;
}

export interface PlacedBlock {
  block: CheckedBlock;
  message: number;
  index: number;
}

export function combineTurns(messages: readonly CheckedMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const [message, { role, content }] of messages.entries()) {
    if (role === "system") continue;
    const last = turns.at(-1);
    const turn = last?.role === role ? last : { role, blocks: [], lastMessage: message };
    if (turn !== last) turns.push(turn);
    turn.lastMessage = message;
    for (const [index, block] of (content ?? []).entries()) turn.blocks.push({ block, message, index });
  }
  return turns;
}

export function placeOf({ message, index }: PlacedBlock): string {
  return `messages.${message}.content.${index}`;
}
