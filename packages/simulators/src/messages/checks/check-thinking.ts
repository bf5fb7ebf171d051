import { familyOf } from "../claude-models.ts";
import { REDACTED_CONTENT } from "../answer/thinking-seal.ts";
import { combineTurns, placeOf } from "../request-facts.ts";
import type { Check, PlacedBlock, RequestFacts } from "../request-facts.ts";

/**
 * Sources: platform.claude.com/docs/en/build-with-claude/extended-thinking and …/adaptive-thinking (budgets, tool use,
 * signatures, which models take which type), @anthropic-ai/sdk 1.11 (BetaThinkingDroppedInputTransformation);
 * wording as in github.com/router-for-me/CLIProxyAPI issue 1584 and BerriAI/litellm issue 8767; read 2026-11.
 */
export const checkThinking: Check = (facts) =>
  checkType(facts) ?? checkBudget(facts) ?? checkForcedTool(facts) ?? checkBlocks(facts) ?? checkToolTurn(facts);

const DOCS = "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";

function checkType({ body, model, betas }: RequestFacts): string | undefined {
  const { thinking } = body;
  if (thinking?.type === "adaptive" && !model.adaptiveThinking)
    return "adaptive thinking is not supported on this model";
  if (thinking?.type === "enabled" && !model.manualThinking) {
    return (
      '"thinking.type.enabled" is not supported for this model. ' +
      'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
    );
  }
  if (thinking === undefined || !("display" in thinking) || thinking.display !== "updates") return undefined;
  const allowed = [...betas].some((beta) => beta.startsWith("thinking-display-updates-"));
  return allowed ? undefined : `thinking.${thinking.type}.display: Input should be 'summarized' or 'omitted'`;
}

/** With interleaved thinking and tools the budget spans several blocks and may exceed max_tokens. */
function checkBudget({ body, betas }: RequestFacts): string | undefined {
  if (body.thinking?.type !== "enabled") return undefined;
  const interleaved = betas.has("interleaved-thinking-2025-05-14") && (body.tools?.length ?? 0) > 0;
  if (interleaved || body.max_tokens > body.thinking.budget_tokens) return undefined;
  return (
    "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at " +
    `${DOCS}#max-tokens-and-context-window-size`
  );
}

function checkForcedTool({ body }: RequestFacts): string | undefined {
  const forced = body.tool_choice?.type === "any" || body.tool_choice?.type === "tool";
  return forced && body.thinking?.type === "enabled"
    ? "Thinking may not be enabled when tool_choice forces tool use."
    : undefined;
}

/** Altered and foreign blocks are refused; genuine ones of another organisation or model are dropped with a note. */
function checkBlocks(facts: RequestFacts): string | undefined {
  const family = familyOf(facts.model.id);
  for (const placed of combineTurns(facts.body.messages).flatMap((turn) => turn.blocks)) {
    const verdict = judge(facts, family, placed);
    if (verdict === "invalid") {
      return placed.block.type === "thinking"
        ? `${placeOf(placed)}: Invalid \`signature\` in \`thinking\` block`
        : `${placeOf(placed)}: Invalid \`data\` in \`redacted_thinking\` block`;
    }
    if (verdict === "other-organization") facts.notes.push(`${placeOf(placed)} dropped: organization_binding_mismatch`);
    if (verdict === "other-model") facts.notes.push(`${placeOf(placed)} dropped: model_binding_mismatch`);
  }
  return undefined;
}

function judge({ seal }: RequestFacts, family: string, { block }: PlacedBlock) {
  if (block.type === "thinking" && "signature" in block && "thinking" in block) {
    return seal.check(family, String(block.thinking), String(block.signature));
  }
  if (block.type === "redacted_thinking" && "data" in block)
    return seal.check(family, REDACTED_CONTENT, String(block.data));
  return undefined;
}

/** In the middle of a tool loop the assistant's turn has to begin with its thinking; adaptive thinking does not ask for it. */
function checkToolTurn({ body }: RequestFacts): string | undefined {
  if (body.thinking?.type !== "enabled") return undefined;
  const turns = combineTurns(body.messages);
  const last = turns.at(-1);
  const inLoop = last?.role === "user" && last.blocks.some(({ block }) => block.type === "tool_result");
  const first = inLoop ? turns.at(-2)?.blocks[0] : undefined;
  if (first === undefined || first.block.type === "thinking" || first.block.type === "redacted_thinking")
    return undefined;
  return (
    `${placeOf(first)}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.block.type}\`. ` +
    "When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost " +
    "set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. " +
    `To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${DOCS}`
  );
}
