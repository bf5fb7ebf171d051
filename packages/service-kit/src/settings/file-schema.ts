import { z } from "zod";
import { PROVIDER_KINDS } from "@switchyard/catalog";
import { customModelSchema } from "./custom-model-schema.ts";
import {
  parseBoolean,
  parseBytes,
  parseChoice,
  parseDuration,
  parseInteger,
  parsePort,
  parseText,
  parseTextList,
  parseTokens,
  parseUrl,
} from "./parse-values.ts";
import { field } from "./schema-field.ts";

const seconds = field(parseDuration("s"));
const text = field(parseText);
const texts = field(parseTextList);

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

const limit = field(parseInteger(1, 1e12));

const limitsSchema = z.strictObject({
  requests_per_minute: limit.optional(),
  tokens_per_minute: limit.optional(),
  input_tokens_per_minute: limit.optional(),
  output_tokens_per_minute: limit.optional(),
  requests_per_day: limit.optional(),
  tokens_per_day: limit.optional(),
  concurrency: limit.optional(),
});

/** Values of headers are checked when they are put together, so that the header can be named. */
const headersSchema = z.record(z.string(), z.unknown());

export const providerSchema = z.strictObject({
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
  limits: limitsSchema.optional(),
});

const gatewaySchema = z.strictObject({
  host: text.optional(),
  port: field(parsePort).optional(),
  client_keys: texts.optional(),
  admin_token: text.optional(),
  allowed_hosts: texts.optional(),
  allowed_origins: texts.optional(),
  max_body: field(parseBytes).optional(),
  early_headers: seconds.optional(),
  ping_interval: seconds.optional(),
  max_fallback_attempts: field(parseInteger(0, 20)).optional(),
  fallback_delay: seconds.optional(),
  max_concurrent_requests: field(parseInteger(1, 100_000)).optional(),
  substitution: field(parseChoice("never", "when_unavailable", "by_strategy")).optional(),
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
  state_directory: text.optional(),
  demo: field(parseBoolean).optional(),
});

export type FileSettings = z.output<typeof fileSchema>;
export type FileProvider = z.output<typeof providerSchema>;
export type FileTimeouts = z.output<typeof timeoutsSchema>;
