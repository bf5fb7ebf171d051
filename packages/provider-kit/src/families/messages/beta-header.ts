import type { AnthropicEdits } from "../../provider.ts";
import type { LeaveOutPlan } from "./leave-out.ts";

export interface BetaPlan {
  /** What goes upstream; undefined: no header. The client's own text where nothing changes. */
  header: string | undefined;
  /** Values that the upstream refuses and whose body fields have to go with them. */
  removed: readonly string[];
}

/** Which of the client's betas go on, under which names. A beta goes with the body fields that belong to it. */
export function planBetas(
  header: string | undefined,
  edits: Pick<AnthropicEdits, "removeBetas" | "keepFieldsOf" | "renameBeta">,
  leaveOut?: Pick<LeaveOutPlan, "isEmpty" | "removesBeta">,
): BetaPlan {
  const isUntouched = edits.removeBetas === undefined && edits.renameBeta === undefined && leaveOut?.isEmpty !== false;
  if (header === undefined || isUntouched) return { header, removed: [] };
  // The upstream refuses it under the name by which it got it.
  const wasRefused = (beta: string) =>
    leaveOut?.removesBeta(beta) === true || leaveOut?.removesBeta(edits.renameBeta?.(beta) ?? beta) === true;
  const asked = header
    .split(",")
    .map((beta) => beta.trim())
    .filter((beta) => beta !== "");
  const refused = asked.filter((beta) => edits.removeBetas?.(beta) === true || wasRefused(beta));
  const removed = refused.filter((beta) => edits.keepFieldsOf?.(beta) !== true);
  const kept = asked.filter((beta) => !refused.includes(beta));
  const renamed = kept.map((beta) => edits.renameBeta?.(beta) ?? beta);
  const isUnchanged = refused.length === 0 && renamed.every((beta, index) => beta === kept[index]);
  if (isUnchanged) return { header, removed };
  return { header: renamed.length === 0 ? undefined : [...new Set(renamed)].join(","), removed };
}

/** Parts of the body that only mean something, and are only accepted, together with a beta. */
export interface BetaFields {
  contextManagement: boolean;
  effort: boolean;
  outputFormat: boolean;
  taskBudget: boolean;
  toolStreaming: boolean;
  deferredTools: boolean;
  systemMessages: boolean;
  toolChanges: boolean;
  turnControl: boolean;
  cacheScope: boolean;
  speed: boolean;
  mcpServers: boolean;
}

/** By the feature's name in the beta; versions differ (platform.claude.com/docs/en/api/beta-headers). */
const FIELDS_OF_BETA: Readonly<Record<string, keyof BetaFields>> = {
  "context-management": "contextManagement",
  compact: "contextManagement",
  effort: "effort",
  "structured-outputs": "outputFormat",
  "task-budgets": "taskBudget",
  "fine-grained-tool-streaming": "toolStreaming",
  "advanced-tool-use": "deferredTools",
  "tool-search-tool": "deferredTools",
  "mid-conversation-system": "systemMessages",
  "mid-conversation-tool-changes": "toolChanges",
  "per-turn-control": "turnControl",
  "prompt-caching-scope": "cacheScope",
  "fast-mode": "speed",
  "mcp-client": "mcpServers",
};

/** The part of the body that belongs to a beta of any version; undefined: none that is known. */
export function featureOfBeta(beta: string): keyof BetaFields | undefined {
  return FIELDS_OF_BETA[beta.replace(/-\d{4}-?\d{2}-?\d{2}$/, "")];
}

/** What has to leave the body together with these betas. */
export function fieldsOfBetas(removed: readonly string[]): Partial<BetaFields> {
  const fields: Partial<BetaFields> = {};
  for (const beta of removed) {
    const field = featureOfBeta(beta);
    if (field !== undefined) fields[field] = true;
  }
  return fields;
}
