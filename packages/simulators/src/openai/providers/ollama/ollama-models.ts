import type { SimulatedModel } from "../../../engine/dialect.ts";

export interface OllamaModel {
  /** With its tag. */
  id: string;
  thinks: boolean;
}

const MODELS: readonly OllamaModel[] = [
  { id: "qwen3-coder:latest", thinks: false },
  { id: "qwen3-coder:30b", thinks: false },
  { id: "gpt-oss:latest", thinks: true },
  { id: "gpt-oss:20b", thinks: true },
  { id: "gpt-oss:120b", thinks: true },
];

/** What was pulled: ollama.com/library, seen 2026-11. */
export function listOllamaModels(added: readonly SimulatedModel[] = []): OllamaModel[] {
  return [...added.map((model) => ({ id: withTag(model.id), thinks: model.reasoning === true })), ...MODELS];
}

export function findOllamaModel(models: readonly OllamaModel[], id: string): OllamaModel | undefined {
  return models.find((model) => model.id === withTag(id ?? ""));
}

function withTag(id: string): string {
  return id.includes(":") ? id : `${id}:latest`;
}
