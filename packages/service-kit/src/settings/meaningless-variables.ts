export interface MeaninglessVariable {
  remedy: string;
  /** True for a word that other programs use too. */
  common?: boolean;
}

const REMOVE = "Remove it.";

/** Variables of older proxies that change nothing here, by name. */
export const MEANINGLESS_VARIABLES: ReadonlyMap<string, MeaninglessVariable> = new Map([
  ...instead("Remove it: the dashboard is at the gateway's own address, /dashboard.", [
    "DASHBOARD_HOST",
    "DASHBOARD_PORT",
  ]),
  ...instead("Remove it: each service has /metrics on its own port.", ["PROMETHEUS_PORT"]),
  ...instead("Remove it: falling over to the next candidate is always on.", [
    "ENABLE_AUTO_FALLBACK",
    "FALLBACK_ON_RATE_LIMIT",
  ]),
  ...instead("Remove it: latencies and success rates cover the last ten minutes.", ["PERFORMANCE_WINDOW"]),
  ...instead("Remove it: each limit has a window of its own (providers[].limits).", ["RATE_LIMIT_DETECTION_WINDOW"]),
  ...instead("Set FIRST_OUTPUT_TIMEOUT_MS or TOTAL_TIMEOUT_MS.", ["FALLBACK_TIMEOUT"]),
  ...instead("Remove it: what everything costs stands in one ledger (SWITCHYARD_LEDGER).", [
    "GITHUB_MODELS_COST_LOG_FILE",
    "OPENROUTER_COST_LOG_FILE",
    "VERTEX_USAGE_LOG_FILE",
  ]),
  ...instead("Set SWITCHYARD_HOST.", ["VERTEX_PROXY_HOST", "OPENROUTER_HOST", "LITELLM_HOST"]),
  ...instead("Set VERTEX_PORT.", ["VERTEX_PROXY_PORT"]),
  ...instead("Set GITHUB_MODELS_PORT.", ["LITELLM_PORT"]),
  ...instead("Set GITHUB_MODELS_BASE_URL.", ["LITELLM_BASE_URL"]),
  ...instead(REMOVE, ["LITELLM_CACHE_TTL", "USE_GCLOUD_AUTH"]),
  ...instead("Set <PROVIDER>_BIG_MODELS, <PROVIDER>_MIDDLE_MODELS and <PROVIDER>_SMALL_MODELS.", [
    "PRIMARY_MODEL",
    "SECONDARY_MODEL",
    "FALLBACK_MODEL",
  ]),
  ...common(["SERVICE_NAME", "PROVIDER", "ENVIRONMENT", "DEBUG", "RELOAD"]),
]);

type Row = readonly [string, MeaninglessVariable];

function instead(remedy: string, names: readonly string[]): Row[] {
  return names.map((name) => [name, { remedy }]);
}

function common(names: readonly string[]): Row[] {
  return names.map((name) => [name, { remedy: REMOVE, common: true }]);
}
