import { z } from "zod";
import { parseIanaZone } from "./parse-iana-zone.ts";
import {
  parseBoolean,
  parseChoice,
  parseCount,
  parseDollars,
  parseDollarsOrNone,
  parseDuration,
  parseInteger,
  parsePort,
  parseShare,
  parseText,
  parseTextList,
  parseUrl,
} from "./parse-values.ts";
import { parseBudgetShares, parseRunawayFactor } from "./parse-alerts.ts";
import { parseClientKey, parseKeyDigest, parseMoment } from "./parse-clients.ts";
import { priceFields } from "./price-schema.ts";
import { field } from "./schema-field.ts";

const seconds = field(parseDuration("s"));
const text = field(parseText);
const texts = field(parseTextList);
const dollars = field(parseDollars);

const budgetsSchema = z.strictObject({
  hour: dollars.optional(),
  day: dollars.optional(),
  month: dollars.optional(),
});

const webhookSchema = z.strictObject({
  url: text,
  format: field(parseChoice("json", "slack")).optional(),
  secret: text.optional(),
});

const alertsSchema = z.strictObject({
  hourly_cost: field(parseDollarsOrNone).optional(),
  daily_cost: field(parseDollarsOrNone).optional(),
  cooldown: seconds.optional(),
  budget_shares: field(parseBudgetShares).optional(),
  runaway_factor: field(parseRunawayFactor).optional(),
  runaway_cost_per_minute: dollars.optional(),
  price_drift: field(parseShare).optional(),
  webhooks: z.array(webhookSchema).optional(),
});

const priceSchema = z.strictObject({ provider: text.optional(), model: text, ...priceFields });

export const costsSchema = z.strictObject({
  port: field(parsePort).optional(),
  worker_url: field(parseUrl).optional(),
  database_url: text.optional(),
  database_file: text.optional(),
  outbox_directory: text.optional(),
  retention_days: field(parseInteger(0, 36_500)).optional(),
  time_zone: field(parseIanaZone).optional(),
  intent_lease: seconds.optional(),
  alerts: alertsSchema.optional(),
  prices: z.array(priceSchema).optional(),
  price_refresh: seconds.optional(),
  transcripts: text.optional(),
  budgets: budgetsSchema.optional(),
});

/** A holder of a client key, of `gateway.clients`. */
export const clientSchema = z.strictObject({
  name: text,
  key: field(parseClientKey).optional(),
  key_file: text.optional(),
  key_digest: field(parseKeyDigest).optional(),
  budgets: budgetsSchema.optional(),
  requests_per_minute: field(parseCount).optional(),
  tokens_per_minute: field(parseCount).optional(),
  providers: texts.optional(),
  models: texts.optional(),
  expires: field(parseMoment).optional(),
  strict: field(parseBoolean).optional(),
  over_budget: field(parseChoice("refuse", "cheaper")).optional(),
});

export type FileCosts = z.output<typeof costsSchema>;
export type FileAlerts = z.output<typeof alertsSchema>;
export type FileBudgets = z.output<typeof budgetsSchema>;
export type FileClient = z.output<typeof clientSchema>;
