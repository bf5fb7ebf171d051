import type { ProviderKind, ProviderSettings } from "@switchyard/service-kit";

import { AZURE_DATED_QUIRKS, AZURE_QUIRKS } from "./azure.ts";
import { DEEPSEEK_QUIRKS } from "./deepseek.ts";
import type { EndpointQuirks } from "./endpoint-quirks.ts";
import { GEMINI_QUIRKS } from "./gemini.ts";
import { GENERIC_QUIRKS } from "./generic.ts";
import { OLLAMA_QUIRKS } from "./ollama.ts";
import { OPENAI_QUIRKS } from "./openai.ts";

export type { EndpointQuirks, KeyHeader } from "./endpoint-quirks.ts";

const QUIRKS_OF_KIND: Readonly<Partial<Record<ProviderKind, EndpointQuirks>>> = Object.freeze({
  openai: OPENAI_QUIRKS,
  azure: AZURE_QUIRKS,
  gemini: GEMINI_QUIRKS,
  deepseek: DEEPSEEK_QUIRKS,
  ollama: OLLAMA_QUIRKS,
  "openai-compatible": GENERIC_QUIRKS,
});

/** Kinds where an API version of its own form means an API of its own. */
const DATED_QUIRKS_OF_KIND: Readonly<Partial<Record<ProviderKind, EndpointQuirks>>> = Object.freeze({
  azure: AZURE_DATED_QUIRKS,
});

/** "2025-04-01-preview", in contrast to "v1" and "preview". */
const DATED = /^\d{4}-\d{2}-\d{2}/;

/** undefined: not a kind that this service speaks to. */
export function findQuirks({
  kind,
  apiVersion = "",
}: Pick<ProviderSettings, "kind" | "apiVersion">): EndpointQuirks | undefined {
  const dated = DATED.test(apiVersion) ? DATED_QUIRKS_OF_KIND[kind] : undefined;
  return dated ?? QUIRKS_OF_KIND[kind];
}
