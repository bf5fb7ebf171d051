/**
 * The Claude models that the simulators know, and what the real API lets each of them take. Sources, read 2026-11:
 * platform.claude.com/docs/en/about-claude/models/overview (limits), …/models/whats-new-claude-4-7 and -4-8 (sampling
 * parameters, mid-conversation system messages), …/build-with-claude/effort, …/adaptive-thinking, …/api/errors (prefill),
 * modelparams.dev (probed against the live API); system messages also by what Claude Code 2.1.329 sends to each model.
 */
export interface ClaudeModel {
  id: string;
  displayName: string;
  createdAt: string;
  /** Tokens. */
  contextWindow: number;
  maxOutput: number;
  /** "free": all of them; "one": temperature or top_p; "none": only temperature 1 is let through. */
  sampling: "free" | "one" | "none";
  manualThinking: boolean;
  adaptiveThinking: boolean;
  /** "beta": only beside the effort beta. */
  effort: "yes" | "no" | "beta";
  /** Takes messages of role system after the first user message. */
  systemMessages: boolean;
  prefill: boolean;
  /** What `thinking.display` is when the request does not say. */
  display: "summarized" | "omitted";
}

type Row = [
  id: string,
  displayName: string,
  createdAt: string,
  contextWindow: number,
  maxOutput: number,
  traits: Omit<ClaudeModel, "id" | "displayName" | "createdAt" | "contextWindow" | "maxOutput">,
];

const CURRENT = {
  sampling: "none",
  manualThinking: false,
  adaptiveThinking: true,
  effort: "yes",
  systemMessages: true,
  prefill: false,
  display: "omitted",
} as const;
const OPUS_4_7 = { ...CURRENT, systemMessages: false } as const;
const GENERATION_4_6 = { ...OPUS_4_7, sampling: "one", manualThinking: true, display: "summarized" } as const;
const GENERATION_4_5 = { ...GENERATION_4_6, adaptiveThinking: false, effort: "no", prefill: true } as const;

const ROWS: readonly Row[] = [
  ["claude-fable-5-2", "Claude Fable 5.2", "2026-11-05T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-fable-5-1", "Claude Fable 5.1", "2026-09-17T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-fable-5", "Claude Fable 5", "2026-06-09T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-opus-5-5", "Claude Opus 5.5", "2026-10-21T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-opus-5", "Claude Opus 5", "2026-07-28T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-10-21T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-sonnet-5", "Claude Sonnet 5", "2026-06-30T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-haiku-5-5", "Claude Haiku 5.5", "2026-11-05T00:00:00Z", 1_000_000, 64_000, CURRENT],
  ["claude-opus-4-8", "Claude Opus 4.8", "2026-05-28T00:00:00Z", 1_000_000, 128_000, CURRENT],
  ["claude-opus-4-7", "Claude Opus 4.7", "2026-04-16T00:00:00Z", 1_000_000, 128_000, OPUS_4_7],
  ["claude-opus-4-6", "Claude Opus 4.6", "2026-02-05T00:00:00Z", 1_000_000, 128_000, GENERATION_4_6],
  ["claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17T00:00:00Z", 1_000_000, 64_000, GENERATION_4_6],
  [
    "claude-opus-4-5-20251101",
    "Claude Opus 4.5",
    "2025-11-24T00:00:00Z",
    200_000,
    64_000,
    { ...GENERATION_4_5, effort: "beta" },
  ],
  ["claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29T00:00:00Z", 200_000, 64_000, GENERATION_4_5],
  ["claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-15T00:00:00Z", 200_000, 64_000, GENERATION_4_5],
];

export const CLAUDE_MODELS: readonly ClaudeModel[] = ROWS.map(
  ([id, displayName, createdAt, contextWindow, maxOutput, traits]) => ({
    id,
    displayName,
    createdAt,
    contextWindow,
    maxOutput,
    ...traits,
  }),
);

/** Finds a model by its id or its undated alias; Vertex writes the date after "@", OpenRouter a dot for the dash. */
export function findClaudeModel(name: string): ClaudeModel | undefined {
  const id = name
    .replace("@", "-")
    .replace(/(\d)\.(\d)/, "$1-$2")
    .replace(/-latest$|-default$/, "");
  return CLAUDE_MODELS.find((model) => model.id === id || model.id.replace(/-\d{8}$/, "") === id);
}

/** Models of one lineage share the key that signs their thinking. */
export function familyOf(modelId: string): string {
  return /claude-(opus|sonnet|haiku|fable|mythos)/.exec(modelId)?.[1] ?? modelId;
}
