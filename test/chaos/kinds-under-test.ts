import type { KindUnderTest } from "./rig.ts";

/** Every provider kind, in each dialect that its service speaks. */
export const KINDS_UNDER_TEST: readonly KindUnderTest[] = [
  { kind: "anthropic", model: "claude-opus-5-5" },
  { kind: "vertex", model: "claude-opus-5-5" },
  { kind: "vertex", model: "google/gemini-4-argon" },
  { kind: "github-models", model: "openai/gpt-4.1" },
  { kind: "openrouter", model: "anthropic/claude-opus-5.5" },
  { kind: "openrouter", model: "openai/gpt-6.1-sol" },
  { kind: "openai", model: "gpt-6.1-sol" },
  { kind: "openai", model: "gpt-4.1" },
  { kind: "azure", model: "gpt-6.1-sol" },
  { kind: "gemini", model: "gemini-4-argon" },
  { kind: "deepseek", model: "deepseek-v4-pro" },
  { kind: "ollama", model: "qwen3-coder" },
];
