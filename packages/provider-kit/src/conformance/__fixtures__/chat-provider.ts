import { startSimulator } from "@switchyard/simulators";

import { checkUpstream } from "../../check-upstream.ts";
import { createTranslationTarget, hashAccount } from "../../create-translation-target.ts";
import { createUnconfiguredProvider } from "../../create-unconfigured-provider.ts";
import { listProviderModels } from "../../list-provider-models.ts";
import type { ConformanceSetup } from "../conformance-setup.ts";

/** The smallest provider of chat completions, before OpenAI's simulator. */
export const CHAT_SETUP: ConformanceSetup = {
  startSimulator: () => startSimulator("openai"),
  settings: ({ baseUrl }) => ({ kind: "openai", baseUrl }),
  model: "gpt-4.1",
  countsTokens: false,
  thinks: false,
  createProvider: (settings, { catalog, http }) => {
    const { credential } = settings;
    if (credential?.type !== "api_key") return createUnconfiguredProvider(settings, catalog);
    const headers = () => ({ authorization: `Bearer ${credential.value.reveal()}` });
    const { models, tiers } = listProviderModels(settings, catalog, { dialectOf: () => "chat" });
    return {
      name: settings.name,
      kind: settings.kind,
      credentialSetting: "OPENAI_API_KEY",
      models: () => models,
      tiers: () => tiers,
      status: () => ({ status: "ok" }),
      authorize: async () => headers(),
      openAiShaped: {
        chat: () => ({ url: `${settings.baseUrl}/chat/completions`, headers: {} }),
        responses: () => ({ url: `${settings.baseUrl}/responses`, headers: {} }),
        target: ({ model }) =>
          createTranslationTarget(model, catalog.profileOf(model.canonical, "openai"), {
            provider: settings.name,
            account: hashAccount("test-key"),
          }),
      },
      check: async (signal) => {
        await checkUpstream(
          http,
          { url: `${settings.baseUrl}/models`, headers: headers(), signal },
          { family: "openai" },
        );
      },
      close: async () => {},
    };
  },
};
