import {
  checkUpstream,
  createTranslationTarget,
  createUnconfiguredProvider,
  hashAccount,
  listProviderModels,
  type AnthropicShapedHooks,
  type OpenAiShapedHooks,
  type Provider,
  type ProviderDependencies,
  type RequestContext,
  type UpstreamFailure,
} from "@switchyard/provider-kit";
import type { ProviderSettings } from "@switchyard/service-kit";
import { GatewayError, type ModelInfo } from "@switchyard/wire";

import {
  createGoogleCredentials,
  type GoogleCredentials,
  type GoogleCredentialsDependencies,
  type GoogleCredentialSettings,
} from "./google-credentials.ts";
import { createVertexEdits } from "./vertex-edits.ts";
import { readVertexFailure } from "./vertex-failures.ts";
import { createVertexUrls, type VertexUrls } from "./vertex-urls.ts";

export interface VertexDependencies extends ProviderDependencies {
  google?: GoogleCredentialsDependencies;
}

/**
 * Claude on Google's Vertex AI by rawPredict and streamRawPredict, and Gemini by Google's OpenAI-shaped
 * endpoint there.
 *
 * @throws SettingsError for a project or location that cannot be one
 */
export function createVertexProvider(settings: ProviderSettings, dependencies: VertexDependencies): Provider {
  const { credential } = settings;
  if (!settings.enabled || credential?.type !== "google")
    return createUnconfiguredProvider(settings, dependencies.catalog);
  const urls = createVertexUrls({ ...credential, baseUrl: settings.baseUrl });
  const credentials = createGoogleCredentials(credential, dependencies.google);
  return new VertexProvider({ settings, dependencies, credential, urls, credentials });
}

interface VertexParts {
  settings: ProviderSettings;
  dependencies: ProviderDependencies;
  credential: GoogleCredentialSettings;
  urls: VertexUrls;
  credentials: GoogleCredentials;
}

class VertexProvider implements Provider {
  readonly name: string;
  readonly kind = "vertex";
  readonly credentialSetting: string;
  readonly anthropicShaped: AnthropicShapedHooks;
  readonly openAiShaped: OpenAiShapedHooks;
  readonly #parts: VertexParts;
  readonly #offered: ReturnType<typeof listProviderModels>;

  constructor(parts: VertexParts) {
    this.name = parts.settings.name;
    this.#parts = parts;
    this.credentialSetting =
      parts.credential.accessToken === undefined ? "GOOGLE_APPLICATION_CREDENTIALS" : "VERTEX_ACCESS_TOKEN";
    this.#offered = listVertexModels(parts);
    this.anthropicShaped = createClaudeHooks(parts);
    this.openAiShaped = createGeminiHooks(parts);
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

  adoptModel(name: string): ModelInfo | undefined {
    if (!isClaude(name) && !name.startsWith("google/")) return undefined;
    const { settings, dependencies } = this.#parts;
    const model = dependencies.catalog.customModelInfo({ modelId: name, modelName: name, direct: isClaude(name) });
    return { ...model, quota_bucket: `${settings.name}/${name}` };
  }

  async authorize(_context: RequestContext): Promise<Record<string, string>> {
    return { ...this.#parts.settings.customHeaders, ...(await this.#parts.credentials.headers()) };
  }

  readFailure(status: number, _headers: Readonly<Record<string, string>>, body: string): UpstreamFailure | undefined {
    // A token that was revoked early would otherwise be used until it expires.
    if (status === 401) this.#parts.credentials.invalidate();
    return readVertexFailure(status, body);
  }

  /** Counting tokens is free; where that is not to be had, the listing of the project's endpoints is. */
  async check(signal: AbortSignal): Promise<void> {
    const { dependencies, settings, urls, credentials } = this.#parts;
    const headers = { ...settings.customHeaders, ...(await credentials.headers()) };
    const claude = this.#offered.models.find(({ native_count_tokens }) => native_count_tokens);
    const countUrl = urls.countTokens();
    const request =
      claude === undefined || countUrl === undefined
        ? { url: urls.probe(), headers, signal }
        : { url: countUrl, headers, signal, body: createCountBody(claude) };
    await checkUpstream(dependencies.http, request, {
      family: "anthropic",
      readFailure: (status, answerHeaders, body) => this.readFailure(status, answerHeaders, body),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function listVertexModels({ settings, dependencies, credential, urls }: VertexParts) {
  const { catalog } = dependencies;
  const { models, tiers } = listProviderModels(settings, catalog, {
    location: credential.location,
    dialectOf: ({ id }) => (isClaude(id) ? "messages" : "chat"),
  });
  const counts = urls.countTokens() !== undefined;
  return {
    models: models.map((model) => ({ ...model, native_count_tokens: model.native_count_tokens && counts })),
    tiers,
  };
}

function createClaudeHooks({ dependencies, urls }: VertexParts): AnthropicShapedHooks {
  return {
    messages: ({ model, stream }) => ({ url: urls.claude(model.id, stream), headers: {} }),
    countTokens: () => {
      const url = urls.countTokens();
      if (url !== undefined) return { url, headers: {} };
      throw new GatewayError("not_found_error", "Vertex AI counts no tokens in this location.");
    },
    edits: (context) => createVertexEdits(context, dependencies.catalog.findModel(context.model.canonical)?.model),
  };
}

function createGeminiHooks({ settings, dependencies, credential, urls }: VertexParts): OpenAiShapedHooks {
  // An access token lives for an hour, the project stays: reasoning has to outlive the token.
  const account = hashAccount(credential.project);
  return {
    chat: () => ({ url: urls.chat(), headers: {} }),
    target: ({ model }) =>
      createTranslationTarget(model, dependencies.catalog.profileOf(model.canonical, "vertex"), {
        provider: settings.name,
        account,
      }),
  };
}

function isClaude(id: string): boolean {
  return id.startsWith("claude-");
}

function createCountBody(model: ModelInfo): string {
  return JSON.stringify({
    anthropic_version: "vertex-2023-10-16",
    model: model.id,
    messages: [{ role: "user", content: "ping" }],
  });
}
