import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import type { FileSettings } from "./file-schema.ts";
import { parseBoolean, parseChoice, parseDollars, parseDuration, parseInteger, parseShare } from "./parse-values.ts";
import { parseThreshold, parseWeights } from "./parse-routing.ts";
import type { GatewaySettings, RoutingStrategy, RoutingWeights } from "./settings.ts";
import { ROUTING_STRATEGIES } from "./settings.ts";

type FileGateway = NonNullable<FileSettings["gateway"]>;

export type RoutingSettings = Pick<
  GatewaySettings,
  | "strategy"
  | "weights"
  | "failoverPolicy"
  | "rateLimitThreshold"
  | "explorationShare"
  | "maxCostNanoDollarsPerRequest"
  | "queue"
>;

const DEFAULT_WEIGHTS: RoutingWeights = { headroom: 0.4, speed: 0.3, price: 0.2, reliability: 0.1 };

/** How the gateway chooses, and whom it lets wait. */
export function buildRouting(context: BuildContext): RoutingSettings {
  const { environment, files } = context;
  const file = files.settings.gateway ?? {};
  const maxCostNanoDollarsPerRequest =
    environment.read(parseDollars, "MAX_COST_PER_REQUEST") ?? file.max_cost_per_request;
  return {
    strategy: strategyOf(file, context),
    weights: weightsOf(file, context),
    failoverPolicy:
      environment.read(parseChoice("cost", "latency", "balanced"), "SWITCHYARD_FAILOVER_POLICY") ??
      file.failover_policy ??
      "balanced",
    rateLimitThreshold: environment.read(parseThreshold, "RATE_LIMIT_THRESHOLD") ?? file.rate_limit_threshold ?? 0.8,
    explorationShare: environment.read(parseShare, "SWITCHYARD_EXPLORATION_SHARE") ?? file.exploration_share ?? 0.03,
    ...defined({ maxCostNanoDollarsPerRequest }),
    queue: {
      maxWaitMs: environment.read(parseDuration("ms"), "QUEUE_MAX_WAIT_MS") ?? file.queue?.max_wait ?? 10_000,
      maxLength: environment.read(parseInteger(0, 100_000), "QUEUE_MAX_LENGTH") ?? file.queue?.max_length ?? 200,
    },
  };
}

/** `fallback_strategy` is what providers.json calls it. */
function strategyOf(file: FileGateway, { environment, files }: BuildContext): RoutingStrategy {
  return (
    environment.read(
      parseChoice(...ROUTING_STRATEGIES),
      "ROUTING_STRATEGY",
      "DEFAULT_ROUTING_STRATEGY",
      "PROVIDER_SELECTION_STRATEGY",
    ) ??
    file.routing_strategy ??
    files.settings.fallback_strategy ??
    "intelligent"
  );
}

/**
 * ENABLE_COST_OPTIMIZATION=false takes the price out of the choice and PREFER_RELIABLE_PROVIDERS=true counts
 * reliability twice, unless the weight is configured itself.
 */
function weightsOf(file: FileGateway, { environment, problems }: BuildContext): RoutingWeights {
  const ignoresPrice = environment.read(parseBoolean, "ENABLE_COST_OPTIMIZATION") === false;
  const prefersReliable = environment.read(parseBoolean, "PREFER_RELIABLE_PROVIDERS") === true;
  const variable = environment.find("ROUTING_WEIGHTS");
  const weights = {
    ...DEFAULT_WEIGHTS,
    ...(ignoresPrice ? { price: 0 } : {}),
    ...(prefersReliable ? { reliability: DEFAULT_WEIGHTS.reliability * 2 } : {}),
    ...defined(file.routing_weights ?? {}),
    ...environment.read(parseWeights, "ROUTING_WEIGHTS"),
  };
  if (Object.values(weights).every((weight) => weight === 0)) {
    const place = variable === undefined ? "gateway.routing_weights" : variable.name;
    problems.add(place, "has no term that counts", "Give at least one of them more than 0.");
  }
  return weights;
}
