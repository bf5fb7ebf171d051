import type { Catalog } from "@switchyard/catalog";
import { createProviderService, type Provider } from "@switchyard/provider-kit";
import { createHttpClient, type Logger, type OutboundSettings, type ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo } from "@switchyard/wire";
import { CaseSkipped, type RawAnswer, type RawExchange, type ServiceExchange } from "../live-case.ts";
import { createLiveProvider } from "./create-live-provider.ts";
import { modelsUrl } from "./models-url.ts";
import { sendRequest } from "./send-request.ts";

/** The version that Claude Code asks for. */
const API_VERSION = "2023-06-01";

export interface UpstreamOptions {
  settings: ProviderSettings;
  catalog: Catalog;
  logger: Logger;
  /** Proxy and certificates on the way to the upstream. */
  outbound?: OutboundSettings;
}

/** One upstream, asked directly in its own dialect and through this project's service for it. */
export interface Upstream {
  readonly settings: ProviderSettings;
  readonly provider: Provider;
  raw(model: ModelInfo): RawExchange;
  readonly service: ServiceExchange;
  close(): Promise<void>;
}

/** Makes the provider and starts its service in this process, on any free port of loopback. */
export async function createUpstream(options: UpstreamOptions): Promise<Upstream> {
  const { settings, catalog, logger, outbound } = options;
  const http = createHttpClient({
    connectTimeoutMs: settings.timeouts.connectMs,
    ...(outbound === undefined ? {} : { outbound }),
  });
  const loopback = createHttpClient({ connectTimeoutMs: 5000 });
  const provider = createLiveProvider(settings, { catalog, http, log: logger, stateDirectory: "" });
  const service = await createProviderService({
    provider,
    settings,
    access: () => ({ clientKeys: [], allowedHosts: [], allowedOrigins: [] }),
    http,
    logger,
    catalog,
    port: 0,
    shutdownGraceMs: 0,
    // The run itself asks for the one check that it needs.
    healthCheckIntervalMs: 0,
    cleanups: [() => http.close(), () => loopback.close()],
  });
  const ask = (path: string, body?: Readonly<Record<string, unknown>>): Promise<RawAnswer> =>
    sendRequest(loopback, {
      method: body === undefined ? "GET" : "POST",
      url: `${service.url}${path}`,
      headers: { "content-type": "application/json", "anthropic-version": API_VERSION, "x-api-key": "live-test" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    settings,
    provider,
    raw: (model) =>
      createRawExchange({ settings, provider, http: { send: (request) => sendRequest(http, request) } }, model),
    service: {
      messages: (body) => ask("/v1/messages", body),
      countTokens: (body) => ask("/v1/messages/count_tokens", body),
      models: () => ask("/v1/models?limit=1000"),
    },
    close: () => service.close(),
  };
}

interface RawParts {
  settings: ProviderSettings;
  provider: Provider;
  http: { send(request: Parameters<typeof sendRequest>[1]): Promise<RawAnswer> };
}

type Target = { url: string; headers: Readonly<Record<string, string>> };

function createRawExchange({ settings, provider, http }: RawParts, model: ModelInfo): RawExchange {
  const context = (stream: boolean) => ({ requestId: "req_live", model, stream, clientHeaders: {} });
  const send = async (target: Target, body: unknown): Promise<RawAnswer> =>
    http.send({
      method: body === undefined ? "GET" : "POST",
      url: target.url,
      headers: {
        ...(model.dialect === "messages" ? { "anthropic-version": API_VERSION } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...settings.customHeaders,
        ...target.headers,
        ...(await provider.authorize(context(false))),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    generate: (body) => {
      const asked = context(body["stream"] === true);
      return send(findTarget(provider, asked), model.dialect === "messages" ? placeModel(provider, asked, body) : body);
    },
    countTokens: async (body) => {
      const asked = { ...context(false), operation: "count_tokens" as const };
      const target = provider.anthropicShaped?.countTokens?.(asked);
      if (target === undefined) throw new CaseSkipped("the upstream counts no tokens");
      return send(target, placeModel(provider, asked, body));
    },
    listModels: async () => {
      const url = modelsUrl(settings);
      if (url === undefined) throw new CaseSkipped("the upstream lists no models");
      return send({ url, headers: {} }, undefined);
    },
  };
}

type Context = Parameters<Provider["authorize"]>[0];

function findTarget({ anthropicShaped, openAiShaped, name }: Provider, context: Context): Target {
  const target =
    context.model.dialect === "messages"
      ? anthropicShaped?.messages(context)
      : openAiShaped?.[context.model.dialect]?.(context);
  if (target === undefined) throw new Error(`${name} does not speak ${context.model.dialect}`);
  return target;
}

/** Where the endpoint wants the model elsewhere, and the API's version in the body: the bare form of the request, no more. */
function placeModel(
  { anthropicShaped }: Provider,
  context: Context,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const edits = anthropicShaped?.edits(context);
  if (edits === undefined) return body;
  const { model: _model, ...rest } = body;
  const version = edits.setFields?.["anthropic_version"];
  return {
    ...("set" in edits.model ? { model: edits.model.set } : {}),
    ...rest,
    ...(version === undefined ? {} : { anthropic_version: JSON.parse(version) as unknown }),
  };
}
