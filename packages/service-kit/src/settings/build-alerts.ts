import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import type { FileAlerts } from "./costs-schema.ts";
import { parseChoice, parseDollarsOrNone } from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { AlertSettings, Secret, WebhookSettings } from "./settings.ts";

const NANO_DOLLARS = 1e9;

/** When somebody is told what is spent, and where. */
export function buildAlerts(file: FileAlerts = {}, context: BuildContext): AlertSettings {
  const { environment } = context;
  const threshold = (variable: string, own: number | undefined, standard: number): number | undefined => {
    const dollars = environment.read(parseDollarsOrNone, variable) ?? own ?? standard * NANO_DOLLARS;
    return dollars === 0 ? undefined : dollars;
  };
  return {
    ...defined({
      hourlyNanoDollars: threshold("HOURLY_COST_ALERT_THRESHOLD", file.hourly_cost, 10),
      dailyNanoDollars: threshold("DAILY_COST_ALERT_THRESHOLD", file.daily_cost, 50),
    }),
    cooldownMs: file.cooldown ?? 3_600_000,
    budgetShares: file.budget_shares ?? [0.75, 0.9, 1],
    runawayFactor: file.runaway_factor ?? 10,
    runawayNanoDollarsPerMinute: file.runaway_cost_per_minute ?? NANO_DOLLARS,
    driftShare: file.price_drift ?? 0.05,
    webhooks: webhooksOf(file, context),
  };
}

/** The one of the variables, then those of the file. */
function webhooksOf({ webhooks = [] }: FileAlerts, context: BuildContext): WebhookSettings[] {
  const { environment, problems } = context;
  const url = environment.secret("COST_ALERT_WEBHOOK_URL");
  const format = environment.read(parseChoice("json", "slack"), "COST_ALERT_WEBHOOK_FORMAT");
  const secret = environment.secret("COST_ALERT_WEBHOOK_SECRET");
  if (url === undefined && (format !== undefined || secret !== undefined)) {
    const name = format === undefined ? "COST_ALERT_WEBHOOK_SECRET" : "COST_ALERT_WEBHOOK_FORMAT";
    problems.warn(name, "says how to post, and nothing says where", "Set COST_ALERT_WEBHOOK_URL too, or remove it.");
  }
  const place = environment.find("COST_ALERT_WEBHOOK_URL", "COST_ALERT_WEBHOOK_URL_FILE")?.name ?? "";
  const stated = [
    ...(url === undefined ? [] : [{ place, url, format, secret }]),
    ...webhooks.map((webhook, index) => ({
      place: `costs.alerts.webhooks[${index}].url`,
      url: createSecret(webhook.url),
      format: webhook.format,
      secret: webhook.secret === undefined ? undefined : createSecret(webhook.secret),
    })),
  ];
  return stated.flatMap((webhook): WebhookSettings[] => {
    const host = hostOf(webhook.url);
    if (host === undefined) {
      // It is never repeated: whoever knows it may post.
      problems.add(webhook.place, "is not an address", "Write it with its scheme: https://host/path.");
      return [];
    }
    const usual = host === "hooks.slack.com" ? "slack" : "json";
    return [{ url: webhook.url, format: webhook.format ?? usual, ...defined({ secret: webhook.secret }) }];
  });
}

function hostOf(secret: Secret): string | undefined {
  const text = secret.reveal();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && ["http:", "https:"].includes(url.protocol) ? url.hostname : undefined;
}
