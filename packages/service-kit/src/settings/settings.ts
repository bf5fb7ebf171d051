import type { Dialect, ProviderKind } from "@switchyard/catalog";
import type { ClientPolicy, ModelPrice, ModelTier } from "@switchyard/wire";
import type { CostSettings } from "./cost-settings.ts";

/** The kinds of provider service; one kind may serve several configured providers (openai-compatible). */
export type { ProviderKind } from "@switchyard/catalog";
export type { AlertSettings, CostSettings, PriceSettings, WebhookSettings } from "./cost-settings.ts";

/** A value that nobody reads by accident: JSON, String() and util.inspect show "***". See createSecret. */
export interface Secret {
  reveal(): string;
  toJSON(): string;
  toString(): string;
}

export type CredentialSettings =
  | { type: "api_key"; value: Secret }
  /** The client's own Bearer or key is passed on, to this provider's configured host only. */
  | { type: "client" }
  /** Google: an access token given, a service account file, or Application Default Credentials. */
  | { type: "google"; accessToken?: Secret; keyFile?: string; project: string; location: string }
  | { type: "none" };

/** All in ms. */
export interface TimeoutSettings {
  connectMs: number;
  firstOutputMs: number;
  idleMs: number;
  totalMs: number;
}

export interface ProviderSettings {
  name: string;
  kind: ProviderKind;
  enabled: boolean;
  /** A sentence: why it is off, when it is. */
  reason?: string;
  /** What would have to be set, when it is off for want of a credential, in the words of the environment. */
  missing: readonly string[];
  /** Lower is tried first. */
  priority: number;
  /** Port of its service, and where the gateway finds it. */
  port: number;
  serviceUrl: string;
  /** What stands before the API's own path; no trailing slash. */
  baseUrl: string;
  /** Azure's api-version, GitHub's X-GitHub-Api-Version. */
  apiVersion?: string;
  /** By which API its models are reached, where the provider offers several; absent: the catalogue's choice. */
  dialect?: Dialect;
  credential?: CredentialSettings;
  customHeaders: Readonly<Record<string, string>>;
  timeouts: TimeoutSettings;
  maxRetries: number;
  /** Upstream model ids in order of preference; empty: the catalogue's. */
  models: Readonly<Record<ModelTier, readonly string[]>>;
  /** Requested name → upstream model id. */
  aliases: Readonly<Record<string, string>>;
  /** Models that only configuration knows (models.yaml), by upstream id. */
  customModels: readonly CustomModelSettings[];
  minTokens?: number;
  maxTokens?: number;
  /** Share of traffic under the strategy "weighted"; default 1. */
  weight: number;
  /** What the upstream allows, as far as configuration says it; its answers correct it. */
  limits: readonly LimitSettings[];
  /** Requests to this provider at the same time, all models together; absent: as many as come. */
  maxConcurrentRequests?: number;
  simulated: boolean;
}

export type LimitedResource = "requests" | "input_tokens" | "output_tokens" | "tokens" | "concurrency";

export type LimitAlgorithm = "token_bucket" | "fixed_window" | "sliding_window";

/** One limit of a provider, counted for each of its quota buckets apart. */
export interface LimitSettings {
  /**
   * Where it applies: upstream ids, canonical names or names of quota buckets, "*" standing for any characters.
   * Absent: to every quota bucket where no other limit on the same resource and window does.
   */
  models?: readonly string[];
  resource: LimitedResource;
  algorithm: LimitAlgorithm;
  /** Units per window; of "concurrency": at the same time. */
  limit: number;
  /** Of "concurrency" without meaning. */
  windowMs: number;
  /** token_bucket: its capacity; absent: `limit`. */
  burst?: number;
  /** Beside the window: no more than its share in any window of this length. */
  subWindowMs?: number;
  /** fixed_window: where windows begin, ms after the epoch modulo windowMs. */
  offsetMs?: number;
}

export interface CustomModelSettings {
  /** The name clients ask for. */
  modelId: string;
  /** The upstream's id. */
  modelName: string;
  maxTokens?: number;
  contextWindow?: number;
  maxInputTokens?: number;
  price?: ModelPrice;
  extraHeaders: Readonly<Record<string, string>>;
  extraBody: Readonly<Record<string, unknown>>;
  reasoningEffort?: string;
  canStream: boolean;
  /** Anthropic-shaped endpoint: bytes are forwarded, nothing is translated. */
  direct: boolean;
}

export type Substitution = "never" | "when_unavailable" | "by_strategy";

export const ROUTING_STRATEGIES = [
  "intelligent",
  "cost",
  "performance",
  "availability",
  "priority",
  "round_robin",
  "random",
  "weighted",
] as const;

export type RoutingStrategy = (typeof ROUTING_STRATEGIES)[number];

/** What each term counts under the strategy "intelligent"; not negative, not all 0. */
export interface RoutingWeights {
  headroom: number;
  speed: number;
  price: number;
  reliability: number;
}

/** What is wished for where a request does not say otherwise. */
export interface PreferenceSettings {
  fast?: boolean;
  cheap?: boolean;
  /** A provider's name. */
  provider?: string;
}

/** When a session's provider is limited: what decides between waiting and moving. */
export type FailoverPolicy = "cost" | "latency" | "balanced";

/** Requests that wait for one of `maxConcurrentRequests`, and those that wait for room at a provider. */
export interface QueueSettings {
  maxWaitMs: number;
  maxLength: number;
}

export interface GatewaySettings {
  host: string;
  port: number;
  /** Clients must present one of these (x-api-key, Bearer or x-switchyard-key); empty: open, loopback only. */
  clientKeys: readonly Secret[];
  adminToken?: Secret;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  /** True where something before the gateway decides who may reach it; see AccessSettings. Default: false. */
  openToNetwork?: boolean;
  maxBodyBytes: number;
  earlyHeadersMs: number;
  pingIntervalMs: number;
  maxFallbackAttempts: number;
  fallbackDelayMs: number;
  maxConcurrentRequests: number;
  /** Gateways that share the limits, for a first start while Redis is away; later the number is remembered. */
  replicas?: number;
  substitution: Substitution;
  /** How candidates are ranked, until it is changed at run time. */
  strategy: RoutingStrategy;
  weights: RoutingWeights;
  preference: PreferenceSettings;
  failoverPolicy: FailoverPolicy;
  /** 0…1: a candidate of which so much of a limit is used sinks behind others. */
  rateLimitThreshold: number;
  /** 0…1: part of the requests without a warm cache that goes to candidates of which little is known. */
  explorationShare: number;
  /** A request that would cost more goes nowhere; absent: no such limit. */
  maxCostNanoDollarsPerRequest?: number;
  queue: QueueSettings;
  timeouts: TimeoutSettings;
  shutdownGraceMs: number;
  /** Exact or prefix ("claude-3-*") client model names → a tier or a model. */
  modelAliases: Readonly<Record<string, string>>;
  modes: ModeSettings;
}

/** Models for requests of a kind, in place of the one asked for. */
export interface ModeSettings {
  background?: string;
  think?: string;
  longContext?: string;
  default?: string;
  /** Tokens of input above which a request is one of long context. */
  longContextThreshold: number;
}

export interface LogSettings {
  level: "error" | "warn" | "info" | "debug";
  format: "json" | "console";
  file?: string;
}

/** How requests leave the machine. Between our own services nothing of this applies. */
export interface OutboundSettings {
  /** Proxy for https:// upstreams, reached by CONNECT. */
  httpsProxy?: Secret;
  /** Proxy for http:// upstreams. Secret as the other is: either may hold a password. */
  httpProxy?: Secret;
  /** Hosts that are reached directly, as in NO_PROXY. */
  noProxy?: string;
  /** PEM file whose certificates are trusted besides the machine's own. */
  extraCaFile?: string;
}

/** One validated, deeply frozen state of the configuration. */
export interface Settings {
  /** Hash of the content: equal settings have equal revisions. */
  revision: string;
  gateway: GatewaySettings;
  /** In order of priority. */
  providers: readonly ProviderSettings[];
  /** Shared by gateway and services; absent: loopback only. */
  innerToken?: Secret;
  costs: CostSettings;
  /** Holders of client keys with a policy, of `gateway.clients`; `createdAt` is 0. */
  clients: readonly ClientPolicy[];
  log: LogSettings;
  /** Where files of its own live (".switchyard"). */
  stateDirectory: string;
  /** True when the mesh runs over simulators. */
  demo: boolean;
  /** redis://, rediss://, redis+sentinel:// or redis+cluster://; absent: state is this gateway's own. */
  redisUrl?: Secret;
  /** What every key of ours begins with. */
  redisKeyPrefix: string;
  /** PEM file of the authorities that rediss:// trusts; absent: the machine's own. */
  redisCaFile?: string;
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY and an extra certificate file; absent: none is set. */
  outbound?: OutboundSettings;
  /** 0: no active checks. */
  healthCheckIntervalMs: number;
  circuitBreaker: { failureThreshold: number; recoveryTimeoutMs: number };
  warnings: readonly SettingsProblem[];
}

export interface SettingsProblem {
  /** Where: a file and the path in it, or the name of a variable. */
  path: string;
  problem: string;
  /** What would be right. */
  remedy: string;
}

/** Thrown with every problem at once. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(problems.map(({ path, problem, remedy }) => `${path}: ${problem}. ${remedy}`).join("\n"));
    this.problems = problems;
  }
}

/** Where the current settings are read from; replaced whole, at any moment. */
export interface SettingsHolder {
  current(): Settings;
  replace(next: Settings): void;
  /** Called after each replacement; returns a function that ends the subscription. */
  subscribe(listener: (next: Settings, previous: Settings) => void): () => void;
}
