export interface NotYetVariable {
  remedy: string;
  /** True when nothing here will ever read it; else it is known and waits for what it configures. */
  gone?: boolean;
  /** True for a word that other programs use too. */
  common?: boolean;
}

const REMOVE = "Remove it.";

/** Variables of older proxies that change nothing here, by name. */
export const NOT_YET_VARIABLES: ReadonlyMap<string, NotYetVariable> = new Map([
  ...waiting("Leave it: the dashboard is on the gateway's own port.", ["DASHBOARD_HOST", "DASHBOARD_PORT"]),
  ...waiting("Leave it: each service has /metrics on its own port.", ["PROMETHEUS_PORT"]),
  ...gone("Remove it: falling over to the next candidate is always on.", [
    "ENABLE_AUTO_FALLBACK",
    "FALLBACK_ON_RATE_LIMIT",
  ]),
  ...gone("Remove it: latencies and success rates cover the last ten minutes.", ["PERFORMANCE_WINDOW"]),
  ...gone("Remove it: each limit has a window of its own (providers[].limits).", ["RATE_LIMIT_DETECTION_WINDOW"]),
  ...gone("Set FIRST_OUTPUT_TIMEOUT_MS or TOTAL_TIMEOUT_MS.", ["FALLBACK_TIMEOUT"]),
  ...gone("Remove it: what everything costs stands in one ledger (SWITCHYARD_LEDGER).", [
    "GITHUB_MODELS_COST_LOG_FILE",
    "OPENROUTER_COST_LOG_FILE",
    "VERTEX_USAGE_LOG_FILE",
  ]),
  ...gone("Set SWITCHYARD_HOST.", ["VERTEX_PROXY_HOST", "OPENROUTER_HOST", "LITELLM_HOST"]),
  ...gone("Set VERTEX_PORT.", ["VERTEX_PROXY_PORT"]),
  ...gone("Set GITHUB_MODELS_PORT.", ["LITELLM_PORT"]),
  ...gone("Set GITHUB_MODELS_BASE_URL.", ["LITELLM_BASE_URL"]),
  ...gone(REMOVE, ["LITELLM_CACHE_TTL", "USE_GCLOUD_AUTH"]),
  ...gone("Set <PROVIDER>_BIG_MODELS, <PROVIDER>_MIDDLE_MODELS and <PROVIDER>_SMALL_MODELS.", [
    "PRIMARY_MODEL",
    "SECONDARY_MODEL",
    "FALLBACK_MODEL",
  ]),
  ...common(["SERVICE_NAME", "PROVIDER", "ENVIRONMENT", "DEBUG", "RELOAD"]),
]);

type Row = readonly [string, NotYetVariable];

function waiting(remedy: string, names: readonly string[]): Row[] {
  return names.map((name) => [name, { remedy }]);
}

function gone(remedy: string, names: readonly string[]): Row[] {
  return names.map((name) => [name, { remedy, gone: true }]);
}

function common(names: readonly string[]): Row[] {
  return names.map((name) => [name, { remedy: REMOVE, gone: true, common: true }]);
}
