import type { Catalog } from "@switchyard/catalog";
import {
  type AnthropicShapedHooks,
  type Provider,
  type ProviderDependencies,
  type RequestContext,
  checkUpstream,
  createUnconfiguredProvider,
  listProviderModels,
  takesSystemMessages,
} from "@switchyard/provider-kit";
import type { CredentialSettings, ProviderSettings } from "@switchyard/service-kit";
import { GatewayError, type ModelInfo } from "@switchyard/wire";

/** For requests of our own; clients' versions go on as they came. */
const API_VERSION = "2023-06-01";

/**
 * The Anthropic API itself: the client's bytes go on untouched, but for the model where another one was
 * chosen. With `credential: client` the client's own key or subscription pays, and ours is none.
 */
export function createAnthropicProvider(settings: ProviderSettings, dependencies: ProviderDependencies): Provider {
  const { credential } = settings;
  const isUsable = credential?.type === "api_key" || credential?.type === "client";
  if (!settings.enabled || !isUsable) return createUnconfiguredProvider(settings, dependencies.catalog);
  return new AnthropicProvider(settings, dependencies, credential);
}

type AnthropicCredential = Extract<CredentialSettings, { type: "api_key" | "client" }>;

class AnthropicProvider implements Provider {
  readonly name: string;
  readonly kind = "anthropic";
  readonly credentialSetting = "ANTHROPIC_UPSTREAM_API_KEY";
  readonly clientCredential: boolean;
  readonly anthropicShaped: AnthropicShapedHooks;
  readonly #settings: ProviderSettings;
  readonly #dependencies: ProviderDependencies;
  readonly #credential: AnthropicCredential;
  readonly #offered: ReturnType<typeof listProviderModels>;

  constructor(settings: ProviderSettings, dependencies: ProviderDependencies, credential: AnthropicCredential) {
    this.name = settings.name;
    this.clientCredential = credential.type === "client";
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#credential = credential;
    this.#offered = listProviderModels(settings, dependencies.catalog, { dialectOf: () => "messages" });
    this.anthropicShaped = createHooks(settings, dependencies.catalog);
  }

  models() {
    return this.#offered.models;
  }

  tiers() {
    return this.#offered.tiers;
  }

  status() {
    return { status: "ok" } as const;
  }

  /** New Claude models work before the catalogue knows them. */
  adoptModel(name: string): ModelInfo | undefined {
    if (!/^claude-/i.test(name)) return undefined;
    const { catalog } = this.#dependencies;
    const model = catalog.customModelInfo({ modelId: name, modelName: name, direct: true });
    return { ...model, quota_bucket: `${this.name}/${name}`, native_count_tokens: true };
  }

  async authorize({ clientCredential }: RequestContext): Promise<Record<string, string>> {
    if (this.#credential.type === "api_key") return { "x-api-key": this.#credential.value.reveal() };
    if (clientCredential !== undefined && Object.keys(clientCredential).length > 0) return { ...clientCredential };
    throw new GatewayError("authentication_error", "Send your own Anthropic credential: x-api-key or a Bearer token.", {
      failure: "auth",
    });
  }

  /** The list of models costs nothing and proves key and host; without a key of ours only the host. */
  async check(signal: AbortSignal): Promise<void> {
    const { http } = this.#dependencies;
    const headers = { "anthropic-version": API_VERSION, ...this.#settings.customHeaders };
    const url = `${this.#settings.baseUrl}/v1/models?limit=1`;
    if (this.#credential.type === "client") {
      await checkHost(() => checkUpstream(http, { url, headers, signal }, { family: "anthropic" }));
      return;
    }
    const credential = { "x-api-key": this.#credential.value.reveal() };
    await checkUpstream(http, { url, headers: { ...headers, ...credential }, signal }, { family: "anthropic" });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function createHooks({ baseUrl }: ProviderSettings, catalog: Catalog): AnthropicShapedHooks {
  const isFor = (requested: string | undefined, { canonical }: ModelInfo): boolean =>
    requested === undefined || catalog.findModel(requested)?.model.canonical === canonical;
  return {
    messages: ({ search = "" }) => ({ url: `${baseUrl}/v1/messages${search}`, headers: {} }),
    countTokens: ({ search = "" }) => ({ url: `${baseUrl}/v1/messages/count_tokens${search}`, headers: {} }),
    edits: ({ model, requestedModel }) => ({
      model: { set: model.id },
      claude: true,
      // What was written for a newer model is put into an older one's words; for the model itself never.
      plain: !takesSystemMessages(model.canonical) && !isFor(requestedModel, model),
    }),
  };
}

/** A host that refuses a request without a credential is there. */
async function checkHost(check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (error instanceof GatewayError && error.failure === "auth") return;
    throw error;
  }
}
