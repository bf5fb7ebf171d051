import { createHash } from "node:crypto";

import type { ModelProfile } from "@switchyard/catalog";
import type { TranslationTarget } from "@switchyard/translation";
import type { ModelInfo } from "@switchyard/wire";

/** What an endpoint adds to, or changes in, the profile of every model behind it. */
export interface TargetQuirks {
  /** Name of the configured provider. */
  provider: string;
  /** `hashAccount` of the credential in use. */
  account: string;
  /** Fields that this endpoint takes differently, whatever the model. */
  overrides?: Partial<ModelProfile>;
  /** Fields merged last into every body. */
  extraBody?: Readonly<Record<string, unknown>>;
}

/** Names an account without telling its credential: the first 16 hex digits of the credential's SHA-256. */
export function hashAccount(credential: string): string {
  return createHash("sha256").update(credential).digest("hex").slice(0, 16);
}

/**
 * The target of one request: the model's profile, changed by what its endpoint takes differently, for
 * the dialect by which this provider reaches it.
 *
 * @throws TypeError for a model that is reached by the Messages API: nothing is translated there.
 */
export function createTranslationTarget(
  model: ModelInfo,
  profile: ModelProfile,
  quirks: TargetQuirks,
): TranslationTarget {
  const { dialect } = model;
  if (dialect === "messages") throw new TypeError(`${model.id} is reached by the Messages API, not by translation.`);
  const { chatEfforts, ...merged }: ModelProfile = { ...profile, ...quirks.overrides };
  return {
    ...merged,
    efforts: dialect === "chat" ? (chatEfforts ?? merged.efforts) : merged.efforts,
    ...(dialect === "responses" ? onResponses(merged) : onChat(merged)),
    dialect,
    model: model.id,
    issuer: { provider: quirks.provider, model: model.id, account: quirks.account },
    maxOutputTokens: model.max_output_tokens,
    contextWindow: model.context_window,
    images: merged.images && model.capabilities.images,
    ...(quirks.extraBody === undefined ? {} : { extraBody: quirks.extraBody }),
  };
}

type DialectFields = Partial<Pick<TranslationTarget, "toolsExcludeEffort" | "reasoningHistory">>;

/** Tools and an effort go together here, and reasoning comes back only as encrypted items. */
function onResponses(profile: ModelProfile): DialectFields {
  return {
    toolsExcludeEffort: false,
    reasoningHistory: profile.reasoningHistory === "none" ? "none" : "encrypted",
  };
}

/** Chat completions have no place for encrypted reasoning items. */
function onChat(profile: ModelProfile): DialectFields {
  return profile.reasoningHistory === "encrypted" ? { reasoningHistory: "none" } : {};
}
