import { join } from "node:path";

import {
  createModelDiscovery,
  createTranslationTarget,
  createUnconfiguredProvider,
  hashAccount,
  listProviderModels,
  nameFailedAnswer,
  type ModelDiscovery,
  type OpenAiShapedHooks,
  type Provider,
  type ProviderDependencies,
  type ProviderModels,
  type UpstreamFailure,
} from "@switchyard/provider-kit";
import type { ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo, ProviderStatus } from "@switchyard/wire";

import { isRetirement, readGithubFailure, RETIREMENT } from "./github-models-failures.ts";
import { freeTierLimits, mapCatalogEntry, rankTiers, type RequestLimits } from "./map-catalog.ts";
import { readCatalog, type CatalogEntry } from "./read-catalog.ts";

/** docs.github.com/en/rest/about-the-rest-api/api-versions */
const DEFAULT_API_VERSION = "2026-03-10";

/** The host whose free tier bounds every request, and which was retired. */
const PUBLIC_HOST = "models.github.ai";

const REFRESH_MS = 3_600_000;

/**
 * GitHub Models and hosts that speak its API: chat completions below /inference, and a catalogue from
 * which models and tiers are taken, by what they can do. Discovery starts at once and keeps nobody waiting.
 */
export function createGithubModelsProvider(settings: ProviderSettings, dependencies: ProviderDependencies): Provider {
  const { credential } = settings;
  if (!settings.enabled || credential?.type !== "api_key")
    return createUnconfiguredProvider(settings, dependencies.catalog);
  const provider = new GithubModelsProvider(settings, dependencies, credential.value.reveal());
  provider.start();
  return provider;
}

class GithubModelsProvider implements Provider {
  readonly name: string;
  readonly kind = "github-models";
  readonly credentialSetting = "GITHUB_TOKEN";
  readonly openAiShaped: OpenAiShapedHooks;
  readonly #settings: ProviderSettings;
  readonly #dependencies: ProviderDependencies;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #discovery: ModelDiscovery<readonly CatalogEntry[]>;
  #retired = false;
  #offered: ProviderModels;
  #offeredFrom: readonly CatalogEntry[] | undefined;

  constructor(settings: ProviderSettings, dependencies: ProviderDependencies, token: string) {
    this.name = settings.name;
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#headers = createHeaders(settings, token);
    this.#offered = listProviderModels(settings, dependencies.catalog, { offers: knownOffers(settings, dependencies) });
    this.#discovery = this.#createDiscovery();
    this.openAiShaped = this.#createHooks(hashAccount(token));
  }

  start(): void {
    if (isPublic(this.#settings)) this.#dependencies.log.warn(RETIREMENT);
    this.#discovery.start();
  }

  models() {
    return this.#current().models;
  }

  tiers() {
    return this.#current().tiers;
  }

  status(): { status: ProviderStatus; reason?: string } {
    return this.#retired ? { status: "retired", reason: RETIREMENT } : { status: "ok" };
  }

  authorize(): Promise<Record<string, string>> {
    return Promise.resolve({ ...this.#headers });
  }

  readFailure(status: number, _headers: Readonly<Record<string, string>>, body: string): UpstreamFailure | undefined {
    if (isRetirement(status, body)) this.#retired = true;
    return readGithubFailure(status, body);
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.#discovery.refresh(signal);
    this.#retired = false;
  }

  close(): Promise<void> {
    return this.#discovery.close();
  }

  /** The catalogue as it was last read; before it ever was, what this project knows of it. */
  #current(): ProviderModels {
    const { listing } = this.#discovery.state();
    if (listing === undefined || listing === this.#offeredFrom) return this.#offered;
    const { catalog } = this.#dependencies;
    const requestLimits = (entry: CatalogEntry): RequestLimits => limitsOf(entry, this.#settings);
    const offers = listing.map((entry) => mapCatalogEntry(entry, { catalog, requestLimits }));
    this.#offered = listProviderModels(this.#settings, catalog, { offers, tiers: rankTiers(offers, catalog) });
    this.#offeredFrom = listing;
    return this.#offered;
  }

  #createDiscovery(): ModelDiscovery<readonly CatalogEntry[]> {
    const { http, log, stateDirectory } = this.#dependencies;
    return createModelDiscovery({
      url: catalogUrl(this.#settings.baseUrl),
      headers: () => this.authorize(),
      parse: readCatalog,
      nameFailure: (answer) =>
        nameFailedAnswer(answer, {
          family: "openai",
          readFailure: (status, headers, body) => this.readFailure(status, headers, body),
        }),
      http,
      ...(stateDirectory === "" ? {} : { cacheFile: join(stateDirectory, "models", `${this.name}.json`) }),
      intervalMs: REFRESH_MS,
      log,
    });
  }

  #createHooks(account: string): OpenAiShapedHooks {
    const { catalog } = this.#dependencies;
    const url = `${this.#settings.baseUrl}/inference/chat/completions`;
    return {
      chat: () => ({ url, headers: {} }),
      target: ({ model }) =>
        createTranslationTarget(model, catalog.profileOf(model.id, "github-models"), { provider: this.name, account }),
    };
  }
}

function createHeaders(settings: ProviderSettings, token: string): Record<string, string> {
  return {
    accept: "application/vnd.github+json",
    "x-github-api-version": settings.apiVersion ?? DEFAULT_API_VERSION,
    ...settings.customHeaders,
    authorization: `Bearer ${token}`,
  };
}

/** Requests may be attributed to an organisation (/orgs/{org}/inference/…); the catalogue is everybody's. */
function catalogUrl(baseUrl: string): string {
  return `${baseUrl.replace(/\/orgs\/[^/]+$/, "")}/catalog/models`;
}

/** What this project knows of the public host's models, until the host itself is asked. */
function knownOffers(settings: ProviderSettings, { catalog }: ProviderDependencies): ModelInfo[] {
  const offers = catalog.offersOf("github-models");
  if (!isPublic(settings)) return offers;
  const { maxInputTokens, maxOutputTokens } = freeTierLimits({ rateLimitTier: "" });
  return offers.map((offer) => ({
    ...offer,
    context_window: Math.min(offer.context_window, maxInputTokens),
    max_output_tokens: Math.min(offer.max_output_tokens, maxOutputTokens),
  }));
}

function isPublic({ baseUrl }: ProviderSettings): boolean {
  return new URL(baseUrl).hostname === PUBLIC_HOST;
}

/** The free tier's on the public host, and the entry's own anywhere else. */
function limitsOf(entry: CatalogEntry, settings: ProviderSettings): RequestLimits {
  return isPublic(settings) ? freeTierLimits(entry) : {};
}
