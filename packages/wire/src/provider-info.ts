import type { Rejection } from "./limit-observation.ts";

/** What `GET /info` of a provider service tells; the gateway routes by it. */
export interface ProviderInfo {
  service_name: string;
  provider: string;
  kind: string;
  port: number;
  version: string;
  /** Seconds since start. */
  uptime: number;
  status: ProviderStatus;
  /** What would have to be set, in the words of the environment, when status is "unconfigured". */
  missing?: string[];
  /** A sentence for people: why off, retired, degraded. */
  reason?: string;
  /** True when the upstream is a simulator. */
  simulated: boolean;
  models: ModelInfo[];
  /** Upstream model ids in order of preference, per tier. */
  tiers: Record<ModelTier, string[]>;
  endpoints: string[];
  /** What upstreams have refused and the service leaves out by itself, where it is used alone. */
  left_out?: LeftOut[];
}

/** A field or a beta that a model's requests go without. */
export interface LeftOut extends Rejection {
  /** Upstream model id. */
  model: string;
  /** RFC 3339: tried again from then on. */
  expires_at: string;
}

export type ProviderStatus = "ok" | "unconfigured" | "retired" | "unreachable" | "checking";

export type ModelTier = "big" | "middle" | "small";

export interface ModelInfo {
  /** The id that this provider's upstream takes. */
  id: string;
  /** The catalogue's id, the same for every provider that offers the model. */
  canonical: string;
  display_name: string;
  /** Other names under which clients ask for it. */
  aliases: string[];
  tier: ModelTier;
  /** Tokens. */
  context_window: number;
  max_output_tokens: number;
  capabilities: ModelCapabilities;
  /** Dollars per million tokens; absent: unknown. */
  price?: ModelPrice;
  /** Models that draw on the same upstream quota share this name. */
  quota_bucket: string;
  /** RFC 3339 date after which the upstream refuses it. */
  retires_at?: string;
  /** How the service reaches it: which family and dialect. */
  dialect: "messages" | "chat" | "responses";
  /** True when count_tokens is answered by the upstream itself. */
  native_count_tokens: boolean;
}

export interface ModelCapabilities {
  tools: boolean;
  images: boolean;
  documents: boolean;
  thinking: boolean;
  /** Types of tools that the upstream executes itself, without version, e.g. "web_search". */
  server_tools: string[];
}

/** Dollars per million tokens, unless said otherwise. */
export interface ModelPrice {
  input: number;
  output: number;
  cache_read?: number;
  cache_write_5m?: number;
  cache_write_1h?: number;
  /** Of the part of output that is reasoning, where it differs from output's. */
  reasoning?: number;
  /** Dollars for every request, whatever its size. */
  request?: number;
  /** Dollars for every web search that the provider runs for the model. */
  web_search?: number;
  /** Charged for every token of a request whose whole prompt, cached parts included, is longer than this. */
  long_prompt?: Omit<ModelPrice, "long_prompt" | "request" | "web_search"> & { above_tokens: number };
}
