import type { AnswerContext, TranslationTarget } from "../../contract.ts";

/** A target that takes everything; tests name what differs. */
export function newTarget(changes: Partial<TranslationTarget> = {}): TranslationTarget {
  return {
    dialect: "chat",
    issuer: { provider: "test-upstream", model: "test-model", account: "0a1b2c" },
    model: "test-model",
    outputTokensField: "max_tokens",
    systemRole: "system",
    sampling: "always",
    topK: true,
    reasoningControl: "effort",
    efforts: ["low", "medium", "high"],
    reasoningAlwaysOn: false,
    reasoningHistory: "none",
    toolsExcludeEffort: false,
    images: true,
    documents: "file",
    toolSchema: "json_schema",
    maxToolNameLength: 64,
    parallelToolCalls: true,
    maxStopSequences: 4,
    promptCache: "none",
    streamUsage: true,
    structuredOutput: true,
    user: true,
    ...changes,
  };
}

export function newContext(
  changes: Partial<Omit<AnswerContext, "target">> & { target?: Partial<TranslationTarget> } = {},
): AnswerContext {
  const { target, ...others } = changes;
  return {
    messageId: "msg_test",
    model: "claude-test",
    estimatedInputTokens: 1000,
    apiVersion: "2023-06-01",
    target: newTarget(target),
    toolNames: { toUpstream: (name) => name, toClient: (name) => name },
    stopSequences: [],
    wantsThinking: true,
    omitsThinkingText: false,
    ...others,
  };
}
