import type { Scenario, ScenarioBlock } from "../../scenario.ts";
import type { Identifiers } from "../identifiers.ts";

/** A tool call of an answer. */
export interface AnsweredCall {
  /** Among the calls of the answer. */
  index: number;
  id: string;
  name: string;
  /** JSON text. */
  arguments: string;
}

/** One piece of an answer, in order; calls that stand together are one piece. */
export type ChatPiece =
  | { type: "text"; text: string }
  /** What was redacted has no text. */
  | { type: "reasoning"; text: string; redacted: boolean }
  | { type: "calls"; calls: AnsweredCall[] };

/** The pieces of a scenario's answer, ids of calls filled in. */
export function arrangePieces(
  scenario: Scenario,
  ids: Identifiers,
  createCallId: (ids: Identifiers, index: number) => string,
): ChatPiece[] {
  const pieces: ChatPiece[] = [];
  let index = 0;
  for (const block of scenario.blocks ?? []) {
    if (block.type === "tool_call") {
      const call = { index, id: block.id ?? createCallId(ids, index), name: block.name, arguments: argumentsOf(block) };
      index += 1;
      const last = pieces.at(-1);
      if (last?.type === "calls") last.calls.push(call);
      else pieces.push({ type: "calls", calls: [call] });
    } else if (block.type === "text") pieces.push({ type: "text", text: block.text });
    else
      pieces.push({
        type: "reasoning",
        text: block.redacted === true ? "" : block.text,
        redacted: block.redacted === true,
      });
  }
  return pieces;
}

function argumentsOf(block: Extract<ScenarioBlock, { type: "tool_call" }>): string {
  return typeof block.input === "string" ? block.input : JSON.stringify(block.input ?? {});
}

export function textOfPieces(pieces: readonly ChatPiece[]): string {
  return pieces.map((piece) => (piece.type === "text" ? piece.text : "")).join("");
}

export function callsOfPieces(pieces: readonly ChatPiece[]): AnsweredCall[] {
  return pieces.flatMap((piece) => (piece.type === "calls" ? piece.calls : []));
}

/** Why an answer ended, in the words of the Messages API. */
export function stopReasonOf(scenario: Scenario): string {
  const calls = (scenario.blocks ?? []).some((block) => block.type === "tool_call");
  return scenario.stopReason ?? (calls ? "tool_use" : "end_turn");
}
