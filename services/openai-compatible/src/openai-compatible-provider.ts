import { join } from "node:path";

import type { ModelProfile } from "@switchyard/catalog";
import {
  checkUpstream,
  createModelDiscovery,
  createTranslationTarget,
  createUnconfiguredProvider,
  hashAccount,
  nameFailedAnswer,
  takesSystemMessages,
  type AnthropicEdits,
  type AnthropicShapedHooks,
  type LimitSignals,
  type ModelDiscovery,
  type OpenAiShapedHooks,
  type Provider,
  type ProviderDependencies,
  type ProviderModels,
  type RequestContext,
} from "@switchyard/provider-kit";
import type { ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo } from "@switchyard/wire";

import { customOf, extraBodyOf, rawFields } from "./custom-fields.ts";
import { expandAddress } from "./expand-address.ts";
import { describeNew, listModels, type ListContext } from "./list-models.ts";
import { findQuirks, type EndpointQuirks, type KeyHeader } from "./quirks/index.ts";
import { readModelList, type ListedUpstreamModel } from "./read-model-list.ts";

const REFRESH_MS = 600_000;

type Target = ReturnType<typeof createTranslationTarget>;

/**
 * OpenAI, Azure, Gemini, DeepSeek, Ollama and whatever else speaks their APIs: one provider for all, told
 * apart by tables of quirks.
 */
export function createOpenAiCompatibleProvider(
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Provider {
  const { credential } = settings;
  const quirks = findQuirks(settings);
  const usable = credential?.type === "api_key" || credential?.type === "none";
  if (!settings.enabled || quirks === undefined || !usable)
    return createUnconfiguredProvider(settings, dependencies.catalog);
  const key = credential.type === "api_key" ? credential.value.reveal() : undefined;
  const provider = new OpenAiCompatibleProvider({ settings, dependencies, quirks, key });
  provider.start();
  return provider;
}

interface ProviderParts {
  settings: ProviderSettings;
  dependencies: ProviderDependencies;
  quirks: EndpointQuirks;
  /** undefined: the upstream asks for none. */
  key: string | undefined;
}

type Listing = readonly ListedUpstreamModel[];

class OpenAiCompatibleProvider implements Provider {
  readonly name: string;
  readonly kind: string;
  readonly credentialSetting: string;
  readonly limitSignals?: LimitSignals;
  readonly anthropicShaped: AnthropicShapedHooks;
  readonly openAiShaped: OpenAiShapedHooks;
  readonly #parts: ProviderParts;
  readonly #list: ListContext;
  readonly #account: string;
  readonly #discovery: ModelDiscovery<Listing> | undefined;
  #offered: ProviderModels;
  #offeredFrom: Listing | undefined;

  constructor(parts: ProviderParts) {
    const { settings, dependencies, quirks, key } = parts;
    this.name = settings.name;
    this.kind = settings.kind;
    this.credentialSetting = quirks.credentialSetting;
    if (quirks.limitSignals !== undefined) this.limitSignals = quirks.limitSignals;
    this.#parts = parts;
    this.#list = { settings, catalog: dependencies.catalog, quirks };
    // Without a key the address is whose account it is.
    this.#account = hashAccount(key ?? settings.baseUrl);
    this.#offered = listModels(this.#list, undefined);
    this.#discovery = asksForModels(settings, quirks) ? this.#createDiscovery() : undefined;
    this.anthropicShaped = this.#createMessagesHooks();
    this.openAiShaped = this.#createOpenAiHooks();
  }

  start(): void {
    this.#discovery?.start();
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

  authorize({ model }: RequestContext): Promise<Record<string, string>> {
    const { quirks, key } = this.#parts;
    const header = model.dialect === "messages" ? (quirks.messagesKeyHeader ?? quirks.keyHeader) : quirks.keyHeader;
    return Promise.resolve(keyHeaders(header, key));
  }

  adoptModel(name: string): ModelInfo | undefined {
    return this.#parts.quirks.adopts.test(name) ? describeNew(name, this.#list) : undefined;
  }

  async check(signal: AbortSignal): Promise<void> {
    if (this.#discovery !== undefined) return await this.#discovery.refresh(signal);
    const { dependencies } = this.#parts;
    const request = { url: this.#checkUrl(), headers: this.#checkHeaders(), signal };
    await checkUpstream(dependencies.http, request, { family: "openai" });
  }

  async close(): Promise<void> {
    await this.#discovery?.close();
  }

  #current(): ProviderModels {
    const listing = this.#discovery?.state().listing;
    if (listing === undefined || listing === this.#offeredFrom) return this.#offered;
    this.#offered = listModels(this.#list, listing);
    this.#offeredFrom = listing;
    return this.#offered;
  }

  #checkUrl(): string {
    return this.#expand(this.#parts.quirks.check);
  }

  #checkHeaders(): Record<string, string> {
    const { settings, quirks, key } = this.#parts;
    return { ...settings.customHeaders, ...keyHeaders(quirks.keyHeader, key) };
  }

  #expand(template: string, model?: string): string {
    const { baseUrl, apiVersion } = this.#parts.settings;
    return expandAddress(template, {
      baseUrl,
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(model === undefined ? {} : { model }),
    });
  }

  #createDiscovery(): ModelDiscovery<Listing> {
    const { http, log, stateDirectory } = this.#parts.dependencies;
    return createModelDiscovery({
      url: this.#checkUrl(),
      headers: () => Promise.resolve(this.#checkHeaders()),
      parse: readModelList,
      nameFailure: (answer) => nameFailedAnswer(answer, { family: "openai" }),
      http,
      ...(stateDirectory === "" ? {} : { cacheFile: join(stateDirectory, "models", `${this.name}.json`) }),
      intervalMs: REFRESH_MS,
      log,
    });
  }

  #createOpenAiHooks(): OpenAiShapedHooks {
    const { settings, quirks } = this.#parts;
    const { chat, responses } = quirks.addresses;
    const headersOf = ({ model }: RequestContext): Record<string, string> => ({
      ...customOf(settings, model)?.extraHeaders,
    });
    // Of a model as it is known at present: a list that is read anew brings new ones.
    const targets = new WeakMap<ModelInfo, Target>();
    const targetOf = (model: ModelInfo): Target => {
      const extraBody = extraBodyOf(customOf(settings, model), model);
      return createTranslationTarget(model, this.#profileOf(model), {
        provider: this.name,
        account: this.#account,
        ...(quirks.target === undefined ? {} : { overrides: quirks.target }),
        ...(extraBody === undefined ? {} : { extraBody }),
      });
    };
    return {
      chat: (context) => ({ url: this.#expand(chat, context.model.id), headers: headersOf(context) }),
      ...(responses === undefined
        ? {}
        : {
            responses: (context: RequestContext) => ({
              url: this.#expand(responses, context.model.id),
              headers: headersOf(context),
            }),
          }),
      target: ({ model }) => {
        const target = targets.get(model) ?? targetOf(model);
        targets.set(model, target);
        return target;
      },
    };
  }

  #createMessagesHooks(): AnthropicShapedHooks {
    const { settings, quirks } = this.#parts;
    return {
      messages: ({ model }) => ({
        url: this.#expand(quirks.addresses.messages ?? "{root}/v1/messages"),
        headers: { ...customOf(settings, model)?.extraHeaders },
      }),
      edits: ({ model }) => this.#createEdits(model),
    };
  }

  #createEdits(model: ModelInfo): AnthropicEdits {
    const { settings, quirks, dependencies } = this.#parts;
    const setFields = rawFields(customOf(settings, model)?.extraBody ?? {});
    const claude = dependencies.catalog.findModel(model.canonical)?.model.claude !== undefined;
    if (claude) return { model: { set: model.id }, claude, plain: !takesSystemMessages(model.canonical), setFields };
    return {
      model: { set: model.id },
      claude,
      plain: true,
      setFields,
      removeFields: quirks.messages?.removeFields ?? [],
      defaultFields: rawFields(quirks.messages?.defaultFields ?? {}),
      demandsThinkingInLoops: quirks.messages?.demandsThinkingInLoops ?? false,
      markThinking: true,
      account: this.#account,
    };
  }

  /** The catalogue's; for a model that it does not know, what its name tells, its kind's newest or any server takes. */
  #profileOf(model: ModelInfo): ModelProfile {
    const { settings, quirks, dependencies } = this.#parts;
    const { catalog } = dependencies;
    const { kind } = settings;
    const [newest] = quirks.newModelProfile === "as_newest" ? catalog.tiersOf(kind).big : [];
    return catalog.profileOf(model.canonical, kind, newest);
  }
}

/** Where configuration names the models, nobody has to be asked for them. */
function asksForModels({ customModels, models }: ProviderSettings, { listsModels }: EndpointQuirks): boolean {
  return listsModels && customModels.length === 0 && Object.values(models).every((ids) => ids.length === 0);
}

function keyHeaders({ name, prefix }: KeyHeader, key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { [name]: `${prefix}${key}` };
}
