import type { Dialect, ProviderKind } from "@switchyard/catalog";
import type { ModelPrice, ModelTier } from "@switchyard/wire";

/** The kinds of provider service; one kind may serve several configured providers (openai-compatible). */
export type { ProviderKind } from "@switchyard/catalog";

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
  limits: Readonly<Record<string, number>>;
  simulated: boolean;
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
  substitution: Substitution;
  fallbackStrategy: "priority";
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
  httpsProxy?: string;
  /** Proxy for http:// upstreams. */
  httpProxy?: string;
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
  log: LogSettings;
  /** Where files of its own live (".switchyard"). */
  stateDirectory: string;
  /** True when the mesh runs over simulators. */
  demo: boolean;
  redisUrl?: Secret;
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY and an extra certificate file; absent: none is set. */
  outbound?: OutboundSettings;
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
