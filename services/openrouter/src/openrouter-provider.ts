import { join } from "node:path";

import {
  checkUpstream,
  createModelDiscovery,
  createTranslationTarget,
  createUnconfiguredProvider,
  hashAccount,
  listProviderModels,
  nameFailedAnswer,
  takesSystemMessages,
  type AnthropicShapedHooks,
  type FailureReading,
  type ModelDiscovery,
  type OpenAiShapedHooks,
  type Provider,
  type ProviderDependencies,
  type ProviderModels,
  type UpstreamFailure,
} from "@switchyard/provider-kit";
import type { ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo } from "@switchyard/wire";

import { isClaude, mapListedModel, profileOfParameters } from "./map-models.ts";
import { readOpenRouterFailure } from "./openrouter-failures.ts";
import { readModels, type ListedModel } from "./read-models.ts";

const REFRESH_MS = 3_600_000;

/** Which application asks (openrouter.ai/docs/app-attribution); custom headers of the same name replace them. */
const ATTRIBUTION = { "http-referer": "http://localhost:8080", "x-title": "Switchyard" };

/**
 * OpenRouter: Claude models by its Messages endpoint, byte for byte; all others by chat completions. Models,
 * windows and prices come from its list, asked for in the background.
 */
export function createOpenRouterProvider(settings: ProviderSettings, dependencies: ProviderDependencies): Provider {
  const { credential } = settings;
  if (!settings.enabled || credential?.type !== "api_key")
    return createUnconfiguredProvider(settings, dependencies.catalog);
  const provider = new OpenRouterProvider(settings, dependencies, credential.value.reveal());
  provider.start();
  return provider;
}

type Listing = ReadonlyMap<string, ListedModel>;

class OpenRouterProvider implements Provider {
  readonly name: string;
  readonly kind = "openrouter";
  readonly credentialSetting = "OPENROUTER_API_KEY";
  readonly anthropicShaped: AnthropicShapedHooks;
  readonly openAiShaped: OpenAiShapedHooks;
  readonly #settings: ProviderSettings;
  readonly #dependencies: ProviderDependencies;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #discovery: ModelDiscovery<Listing>;
  #offered: ProviderModels;
  #offeredFrom: Listing | undefined;

  constructor(settings: ProviderSettings, dependencies: ProviderDependencies, key: string) {
    this.name = settings.name;
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#headers = { ...ATTRIBUTION, ...settings.customHeaders, authorization: `Bearer ${key}` };
    this.#offered = this.#list(dependencies.catalog.offersOf("openrouter"));
    this.#discovery = this.#createDiscovery();
    this.anthropicShaped = this.#createMessagesHooks();
    this.openAiShaped = this.#createChatHooks(hashAccount(key));
  }

  start(): void {
    this.#discovery.start();
  }

  models() {
    return this.#current().models;
  }

  tiers() {
    return this.#current().tiers;
  }

  status() {
    return { status: "ok" } as const;
  }

  authorize(): Promise<Record<string, string>> {
    return Promise.resolve({ ...this.#headers });
  }

  readFailure(status: number, headers: Readonly<Record<string, string>>, body: string): UpstreamFailure | undefined {
    return readOpenRouterFailure(status, headers, body);
  }

  /** Variants of what is listed ("vendor/model:nitro"); while there is no list, whatever names a vendor. */
  adoptModel(name: string): ModelInfo | undefined {
    const { listing } = this.#discovery.state();
    const base = listing?.get(name.replace(/:[a-z-]+$/, ""));
    const { catalog } = this.#dependencies;
    if (base !== undefined) return mapListedModel({ ...base, id: name, price: undefined }, catalog);
    if (listing !== undefined || !/^[^/\s]+\/[^/\s]+$/.test(name)) return undefined;
    const model = catalog.customModelInfo({ modelId: name, modelName: name, direct: isClaude(name) });
    return { ...model, quota_bucket: "openrouter" };
  }

  /** The list of models is open to all; the key's own page proves the key (openrouter.ai/docs/api/api-reference/api-keys/get-current-api-key). */
  async check(signal: AbortSignal): Promise<void> {
    const { http } = this.#dependencies;
    await checkUpstream(
      http,
      { url: `${this.#settings.baseUrl}/key`, headers: this.#headers, signal },
      this.#reading(),
    );
  }

  close(): Promise<void> {
    return this.#discovery.close();
  }

  #reading(): FailureReading {
    return { family: "openai", readFailure: readOpenRouterFailure };
  }

  /** As OpenRouter listed it last; before it ever did, what the catalogue knows. */
  #current(): ProviderModels {
    const { listing } = this.#discovery.state();
    if (listing === undefined || listing === this.#offeredFrom) return this.#offered;
    const { catalog } = this.#dependencies;
    this.#offered = this.#list([...listing.values()].map((listed) => mapListedModel(listed, catalog)));
    this.#offeredFrom = listing;
    return this.#offered;
  }

  #list(offers: readonly ModelInfo[]): ProviderModels {
    return listProviderModels(this.#settings, this.#dependencies.catalog, {
      offers,
      dialectOf: ({ id }) => (isClaude(id) ? "messages" : "chat"),
    });
  }

  #createDiscovery(): ModelDiscovery<Listing> {
    const { http, log, stateDirectory } = this.#dependencies;
    return createModelDiscovery({
      url: `${this.#settings.baseUrl}/models`,
      headers: () => this.authorize(),
      parse: readModels,
      nameFailure: (answer) => nameFailedAnswer(answer, this.#reading()),
      http,
      ...(stateDirectory === "" ? {} : { cacheFile: join(stateDirectory, "models", `${this.name}.json`) }),
      intervalMs: REFRESH_MS,
      log,
    });
  }

  #createMessagesHooks(): AnthropicShapedHooks {
    const url = `${this.#settings.baseUrl}/messages`;
    return {
      messages: () => ({ url, headers: {} }),
      edits: ({ model }) => ({
        model: { set: model.id },
        claude: true,
        plain: !takesSystemMessages(model.canonical),
      }),
    };
  }

  #createChatHooks(account: string): OpenAiShapedHooks {
    const url = `${this.#settings.baseUrl}/chat/completions`;
    const { catalog } = this.#dependencies;
    return {
      chat: () => ({ url, headers: {} }),
      target: ({ model }) =>
        createTranslationTarget(model, catalog.profileOf(model.canonical, "openrouter"), {
          provider: this.name,
          account,
          overrides: profileOfParameters(this.#discovery.state().listing?.get(model.id)?.parameters),
        }),
    };
  }
}
