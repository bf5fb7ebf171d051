import type { CheckedBlock } from "../shape/request-schema.ts";
import type { Check, RequestFacts } from "../request-facts.ts";

/**
 * Fields that exist only beside a beta; without it they are "Extra inputs are not permitted".
 * Sources: code.claude.com/docs/en/llm-gateway-protocol (feature pairs), platform.claude.com/docs/en/api/beta-headers,
 * @anthropic-ai/sdk 1.11 (what MessageCreateParams has without beta is part of version 2026-10-21); read 2026-11.
 */
const TOP_LEVEL: readonly { field: string; betas: RegExp; inNewVersion?: true }[] = [
  { field: "context_management", betas: /^(context-management|compact)-/ },
  { field: "mcp_servers", betas: /^mcp-(client|servers)-/ },
  { field: "output_format", betas: /^structured-outputs-/ },
  { field: "compaction", betas: /^compact-2026-09-04$/ },
  { field: "fallbacks", betas: /^server-side-fallback-/ },
  { field: "fallback_credit_token", betas: /^fallback-credit-/ },
  { field: "thread", betas: /^message-threads-/ },
  { field: "billing_policy", betas: /^user-profiles-billing-/ },
  { field: "diagnostics", betas: /^cache-diagnosis-/, inNewVersion: true },
  { field: "speed", betas: /^fast-mode-/, inNewVersion: true },
  { field: "container", betas: /^(code-execution|skills|advanced-tool-use)-/, inNewVersion: true },
];

const TOOL_SEARCH = /^(advanced-tool-use-2025-11-20|tool-search-tool-2025-10-19)$/;
const TOOL_CHANGES = /^(mid-conversation-tool-changes|inline-tools)-/;

export const checkBetas: Check = (facts) =>
  checkTopLevel(facts) ?? checkOutputConfig(facts) ?? checkTools(facts) ?? checkMessages(facts) ?? checkScope(facts);

function has(facts: RequestFacts, pattern: RegExp): boolean {
  return [...facts.betas].some((beta) => pattern.test(beta));
}

const extra = (path: string): string => `${path}: Extra inputs are not permitted`;

function checkTopLevel(facts: RequestFacts): string | undefined {
  const body = facts.body as Record<string, unknown>;
  const isNew = facts.version === "2026-10-21";
  const bad = TOP_LEVEL.find(
    ({ field, betas, inNewVersion }) =>
      body[field] !== undefined && body[field] !== null && !(isNew && inNewVersion === true) && !has(facts, betas),
  );
  return bad === undefined ? undefined : extra(bad.field);
}

/**
 * Google's endpoint refuses `output_config` where its beta is missing; an effort alone is taken by the models for which
 * it is no beta any more (BerriAI/litellm issue 18241, anthropics/claude-code issue 37746; read 2026-11).
 */
function checkOutputConfig({ body, platform, betas, model }: RequestFacts): string | undefined {
  const config = body.output_config;
  if (platform !== "vertex" || config === undefined || config === null) return undefined;
  if (model.effort === "yes" && Object.keys(config).every((name) => name === "effort")) return undefined;
  const paired = [...betas].some((beta) => /^(effort|structured-outputs|task-budgets)-/.test(beta));
  return paired ? undefined : extra("output_config");
}

function checkTools(facts: RequestFacts): string | undefined {
  if (facts.version === "2026-10-21" || has(facts, TOOL_SEARCH)) return undefined;
  const index = (facts.body.tools ?? []).findIndex((tool) => tool.defer_loading !== undefined);
  return index < 0 ? undefined : extra(`tools.${index}.custom.defer_loading`);
}

function checkMessages(facts: RequestFacts): string | undefined {
  for (const [index, message] of facts.body.messages.entries()) {
    const content: readonly CheckedBlock[] = message.content ?? [];
    for (const [at, block] of content.entries()) {
      const problem = checkBlock(facts, block, `messages.${index}.content.${at}`);
      if (problem !== undefined) return problem;
    }
    if (message.role !== "system") continue;
    if (message.clear_at && !has(facts, /^mid-conversation-system-clear-at-/))
      return extra(`messages.${index}.clear_at`);
    if (message.output_config && !has(facts, /^(per-turn-control|mid-conversation-output-config)-/)) {
      return extra(`messages.${index}.output_config`);
    }
  }
  return undefined;
}

function checkBlock(facts: RequestFacts, block: CheckedBlock, path: string): string | undefined {
  if ((block.type === "tool_addition" || block.type === "tool_removal") && !has(facts, TOOL_CHANGES)) {
    return `${path}: Input tag '${block.type}' found using 'type' does not match any of the expected tags: 'text'`;
  }
  if (block.type !== "tool_result" || facts.version === "2026-10-21" || has(facts, TOOL_SEARCH)) return undefined;
  if (!("content" in block) || !Array.isArray(block.content)) return undefined;
  const at = (block.content as readonly { type: string }[]).findIndex((inner) => inner.type === "tool_reference");
  if (at < 0) return undefined;
  return (
    `${path}.tool_result.content.${at}: Input tag 'tool_reference' found using 'type' does not match any of the ` +
    `expected tags: 'document', 'image', 'search_result', 'text'`
  );
}

/** `cache_control.scope` belongs to prompt-caching-scope. */
function checkScope(facts: RequestFacts): string | undefined {
  if (has(facts, /^prompt-caching-scope-/)) return undefined;
  const { system = [], tools = [] } = facts.body;
  const inSystem = system.findIndex((block) => "cache_control" in block && scopeOf(block.cache_control) !== undefined);
  if (inSystem >= 0) return extra(`system.${inSystem}.text.cache_control.ephemeral.scope`);
  const inTools = tools.findIndex((tool) => scopeOf(tool.cache_control) !== undefined);
  return inTools < 0 ? undefined : extra(`tools.${inTools}.custom.cache_control.ephemeral.scope`);
}

function scopeOf(marker: unknown): unknown {
  return (marker as { scope?: unknown } | null | undefined)?.scope;
}
