import type { Catalog, ModelProfile, ProviderKind } from "@switchyard/catalog";
import type { Provider } from "@switchyard/provider-kit";
import type { ModelInfo } from "@switchyard/wire";
import { priceOf } from "./budget.ts";
import { CHAT_DIALECT } from "./dialects/chat.ts";
import { MESSAGES_DIALECT } from "./dialects/messages.ts";
import type { RawDialect } from "./dialects/raw-dialect.ts";
import { RESPONSES_DIALECT } from "./dialects/responses.ts";
import type { LiveTarget } from "./live-case.ts";

const DIALECTS: Readonly<Record<ModelInfo["dialect"], RawDialect>> = {
  messages: MESSAGES_DIALECT,
  chat: CHAT_DIALECT,
  responses: RESPONSES_DIALECT,
};

export interface FindTargetsOptions {
  catalog: Catalog;
  /** Upstream id of the only model to ask; absent: the cheapest one of each dialect. */
  model?: string;
  /** ms since the epoch: retired models are left out. */
  now: number;
}

/**
 * One model per dialect that the provider's service speaks: of the models that its tiers name, the cheapest that takes
 * tools. Empty when it has none.
 */
export function findTargets(provider: Provider, options: FindTargetsOptions): LiveTarget[] {
  const { catalog, model: wanted, now } = options;
  const models = provider.models();
  if (wanted !== undefined) {
    const model = models.find(({ id }) => id === wanted) ?? provider.adoptModel?.(wanted);
    return model === undefined ? [] : [toTarget(provider, model, catalog)];
  }
  const tiers = provider.tiers();
  const named = new Set([...tiers.small, ...tiers.middle, ...tiers.big]);
  const usable = models.filter(
    ({ id, capabilities, retires_at: retiresAt }) =>
      named.has(id) && capabilities.tools && (retiresAt === undefined || Date.parse(retiresAt) > now),
  );
  return (["messages", "chat", "responses"] as const).flatMap((dialect) => {
    const [cheapest] = usable
      .filter((model) => model.dialect === dialect)
      .toSorted((a, b) => weigh(a, catalog) - weigh(b, catalog));
    return cheapest === undefined ? [] : [toTarget(provider, cheapest, catalog)];
  });
}

/** Answers of the cases are about a fifth of their prompts. */
function weigh(model: ModelInfo, catalog: Catalog): number {
  const { input, output } = priceOf(model, catalog);
  return input + output / 5;
}

function toTarget(provider: Provider, model: ModelInfo, catalog: Catalog): LiveTarget {
  const claude = catalog.findModel(model.canonical)?.model.claude;
  return {
    provider: provider.name,
    kind: provider.kind,
    model,
    dialect: DIALECTS[model.dialect],
    profile: profileOf(provider, model, catalog),
    ...(claude === undefined ? {} : { claude }),
    ...(provider.credentialSetting === undefined ? {} : { credentialSetting: provider.credentialSetting }),
  };
}

/** With what its endpoint makes of it, where the provider tells. */
function profileOf({ kind, openAiShaped }: Provider, model: ModelInfo, catalog: Catalog): ModelProfile {
  if (model.dialect === "messages" || openAiShaped === undefined) {
    return catalog.profileOf(model.canonical, kind as ProviderKind);
  }
  return openAiShaped.target({ requestId: "req_live", model, stream: false, clientHeaders: {} });
}
