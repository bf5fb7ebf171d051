import type { KindUnderTest } from "./rig.ts";

/** Every provider kind, in each dialect that its service speaks. */
export const KINDS_UNDER_TEST: readonly KindUnderTest[] = [
  { kind: "anthropic", model: "claude-opus-5-5", ask: "claude-opus-5-5" },
  { kind: "vertex", model: "claude-opus-5-5", ask: "claude-opus-5-5" },
  { kind: "vertex", model: "google/gemini-4-argon", ask: "claude-via-mesh/gemini-4-argon" },
  { kind: "github-models", model: "openai/gpt-4.1", ask: "claude-opus-5-5" },
  { kind: "openrouter", model: "anthropic/claude-opus-5.5", ask: "claude-opus-5-5" },
  { kind: "openrouter", model: "openai/gpt-6.1-sol", ask: "claude-via-mesh/gpt-6.1-sol" },
  { kind: "openai", model: "gpt-6.1-sol", ask: "claude-opus-5-5" },
  { kind: "openai", model: "gpt-4.1", ask: "claude-opus-5-5" },
  { kind: "azure", model: "gpt-6.1-sol", ask: "claude-opus-5-5" },
  { kind: "gemini", model: "gemini-4-argon", ask: "claude-opus-5-5" },
  { kind: "deepseek", model: "deepseek-v4-pro", ask: "claude-opus-5-5" },
  { kind: "ollama", model: "qwen3-coder", ask: "claude-opus-5-5" },
];
