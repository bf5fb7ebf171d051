import { z } from "zod";
import { PROVIDER_KINDS } from "@switchyard/catalog";
import { clientSchema, costsSchema } from "./costs-schema.ts";
import { customModelSchema } from "./custom-model-schema.ts";
import {
  parseBoolean,
  parseBytes,
  parseChoice,
  parseDollars,
  parseDuration,
  parseInteger,
  parseNumber,
  parsePort,
  parseShare,
  parseText,
  parseTextList,
  parseTokens,
  parseUrl,
} from "./parse-values.ts";
import { parseThreshold, parseWeight } from "./parse-routing.ts";
import { limitsSchema } from "./limits-schema.ts";
import { field } from "./schema-field.ts";
import { ROUTING_STRATEGIES } from "./settings.ts";

const seconds = field(parseDuration("s"));
const text = field(parseText);
const texts = field(parseTextList);
const weight = field(parseWeight);

const timeoutsSchema = z.strictObject({
  connect: seconds.optional(),
  first_output: seconds.optional(),
  idle: seconds.optional(),
  total: seconds.optional(),
});

const tiersSchema = z.strictObject({
  big: texts.optional(),
  middle: texts.optional(),
  small: texts.optional(),
});

/** Values of headers are checked when they are put together, so that the header can be named. */
const headersSchema = z.record(z.string(), z.unknown());

const providerSchema = z.strictObject({
  name: text,
  kind: field(parseChoice(...PROVIDER_KINDS)).optional(),
  enabled: field(parseBoolean).optional(),
  priority: field(parseInteger(0, 1_000_000)).optional(),
  port: field(parsePort).optional(),
  service_url: field(parseUrl).optional(),
  base_url: field(parseUrl).optional(),
  api_key: text.nullable().optional(),
  api_key_file: text.optional(),
  credential: field(parseChoice("api_key", "client", "none")).optional(),
  access_token: text.optional(),
  key_file: text.optional(),
  project: text.optional(),
  location: text.optional(),
  api_version: text.nullable().optional(),
  dialect: field(parseChoice("messages", "chat", "responses")).optional(),
  timeout: seconds.optional(),
  timeouts: timeoutsSchema.optional(),
  max_retries: field(parseInteger(0, 10)).optional(),
  custom_headers: headersSchema.optional(),
  models: tiersSchema.optional(),
  aliases: z.record(z.string(), text).optional(),
  custom_models: z.array(customModelSchema).optional(),
  min_tokens: field(parseTokens).optional(),
  max_tokens: field(parseTokens).optional(),
  weight: field(parseNumber(0, 1_000_000)).optional(),
  max_concurrent_requests: field(parseInteger(1, 100_000)).optional(),
  limits: limitsSchema.optional(),
});

const gatewaySchema = z.strictObject({
  host: text.optional(),
  port: field(parsePort).optional(),
  client_keys: texts.optional(),
  clients: z.array(clientSchema).optional(),
  admin_token: text.optional(),
  allowed_hosts: texts.optional(),
  allowed_origins: texts.optional(),
  max_body: field(parseBytes).optional(),
  early_headers: seconds.optional(),
  ping_interval: seconds.optional(),
  max_fallback_attempts: field(parseInteger(0, 20)).optional(),
  fallback_delay: seconds.optional(),
  replicas: field(parseInteger(1, 10_000)).optional(),
  max_concurrent_requests: field(parseInteger(1, 100_000)).optional(),
  substitution: field(parseChoice("never", "when_unavailable", "by_strategy")).optional(),
  routing_strategy: field(parseChoice(...ROUTING_STRATEGIES)).optional(),
  routing_weights: z
    .strictObject({
      headroom: weight.optional(),
      speed: weight.optional(),
      price: weight.optional(),
      reliability: weight.optional(),
    })
    .optional(),
  prefer: z
    .strictObject({
      fast: field(parseBoolean).optional(),
      cheap: field(parseBoolean).optional(),
      provider: text.optional(),
    })
    .optional(),
  failover_policy: field(parseChoice("cost", "latency", "balanced")).optional(),
  rate_limit_threshold: field(parseThreshold).optional(),
  exploration_share: field(parseShare).optional(),
  max_cost_per_request: field(parseDollars).optional(),
  queue: z
    .strictObject({
      max_wait: seconds.optional(),
      max_length: field(parseInteger(0, 100_000)).optional(),
    })
    .optional(),
  shutdown_grace: seconds.optional(),
  model_aliases: z.record(z.string(), text).optional(),
  modes: z
    .strictObject({
      background: text.optional(),
      think: text.optional(),
      long_context: text.optional(),
      default: text.optional(),
      long_context_threshold: field(parseTokens).optional(),
    })
    .optional(),
});

/** switchyard.yaml, and providers.json, which is a part of it. */
export const fileSchema = z.strictObject({
  gateway: gatewaySchema.optional(),
  providers: z.array(providerSchema).optional(),
  costs: costsSchema.optional(),
  fallback_strategy: field(parseChoice("priority", "round_robin", "random")).optional(),
  health_check_interval: seconds.optional(),
  circuit_breaker: z
    .strictObject({
      failure_threshold: field(parseInteger(1, 1000)).optional(),
      recovery_timeout: seconds.optional(),
    })
    .optional(),
  timeouts: timeoutsSchema.optional(),
  max_retries: field(parseInteger(0, 10)).optional(),
  min_tokens: field(parseTokens).optional(),
  max_tokens: field(parseTokens).optional(),
  custom_headers: headersSchema.optional(),
  log: z
    .strictObject({
      level: text.optional(),
      format: field(parseChoice("json", "console")).optional(),
      file: text.optional(),
    })
    .optional(),
  inner_token: text.optional(),
  redis_url: text.optional(),
  redis_key_prefix: text.optional(),
  redis_ca_file: text.optional(),
  state_directory: text.optional(),
  demo: field(parseBoolean).optional(),
});

export type FileSettings = z.output<typeof fileSchema>;
export type FileProvider = z.output<typeof providerSchema>;
export type FileTimeouts = z.output<typeof timeoutsSchema>;
