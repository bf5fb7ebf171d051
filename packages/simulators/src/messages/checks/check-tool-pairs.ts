import { combineTurns, placeOf } from "../request-facts.ts";
import type { Check, PlacedBlock, Turn } from "../request-facts.ts";

/**
 * Every call is answered in the very next turn, every answer has its call, and answers stand first.
 * Sources: platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use (handling results);
 * wording as in github.com/anthropics/claude-code issues 5705 and 7796; read 2026-11.
 */
export const checkToolPairs: Check = ({ body }) => {
  const turns = combineTurns(body.messages);
  return checkUnique(turns) ?? checkAnswers(turns);
};

interface Call {
  placed: PlacedBlock;
  id: string;
}

function callsOf(turn: Turn | undefined): Call[] {
  return (turn?.blocks ?? []).flatMap((placed) =>
    placed.block.type === "tool_use" && "id" in placed.block ? [{ placed, id: String(placed.block.id) }] : [],
  );
}

function answersOf(turn: Turn | undefined): Call[] {
  return (turn?.blocks ?? []).flatMap((placed) =>
    placed.block.type === "tool_result" && "tool_use_id" in placed.block
      ? [{ placed, id: String(placed.block.tool_use_id) }]
      : [],
  );
}

function checkUnique(turns: readonly Turn[]): string | undefined {
  const seen = new Set<string>();
  for (const { placed, id } of turns.flatMap(callsOf)) {
    if (seen.has(id)) return `${placeOf(placed)}: \`tool_use\` ids must be unique`;
    seen.add(id);
  }
  return undefined;
}

function checkAnswers(turns: readonly Turn[]): string | undefined {
  for (const [index, turn] of turns.entries()) {
    const problem =
      turn.role === "user" ? checkOrphans(turn, turns[index - 1]) : checkUnanswered(turn, turns[index + 1]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkOrphans(turn: Turn, before: Turn | undefined): string | undefined {
  const called = new Set(callsOf(before).map((call) => call.id));
  const answered = new Set<string>();
  for (const { placed, id } of answersOf(turn)) {
    if (!called.has(id)) {
      return (
        `${placeOf(placed)}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
        "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
      );
    }
    if (answered.has(id)) {
      return `${placeOf(placed)}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`;
    }
    answered.add(id);
  }
  return undefined;
}

/** An answer that stands after other content does not count as immediate. */
function checkUnanswered(turn: Turn, next: Turn | undefined): string | undefined {
  const leading = next === undefined ? [] : leadingAnswers(next);
  const missing = callsOf(turn).filter((call) => !leading.includes(call.id));
  if (missing.length === 0) return undefined;
  return (
    `messages.${missing[0]?.placed.message}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
    `${missing.map((call) => call.id).join(", ")}. ` +
    "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
  );
}

function leadingAnswers(turn: Turn): string[] {
  const end = turn.blocks.findIndex(({ block }) => block.type !== "tool_result");
  return answersOf({ ...turn, blocks: end < 0 ? turn.blocks : turn.blocks.slice(0, end) }).map((answer) => answer.id);
}
