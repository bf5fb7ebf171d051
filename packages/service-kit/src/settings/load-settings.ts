import path from "node:path";
import type { BuildContext } from "./build-context.ts";
import { buildClients } from "./build-clients.ts";
import { buildCosts } from "./build-costs.ts";
import { buildGateway } from "./build-gateway.ts";
import { buildLog } from "./build-log.ts";
import { buildOutbound } from "./build-outbound.ts";
import { buildPreference } from "./build-preference.ts";
import { buildProviders } from "./build-providers.ts";
import { buildRedis } from "./build-redis.ts";
import { buildTimeouts, defined } from "./build-timeouts.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { createEnvironment } from "./environment.ts";
import { isDemo } from "./is-demo.ts";
import { noteVariables } from "./note-variables.ts";
import { parseBoolean, parseDuration, parseInteger, parseText } from "./parse-values.ts";
import { createProblems } from "./problems.ts";
import type { Problems } from "./problems.ts";
import { readFiles } from "./read-files.ts";
import { revisionOf } from "./revision.ts";
import { createSecret } from "./secret.ts";
import type { Settings } from "./settings.ts";
import { SettingsError } from "./settings.ts";

export interface LoadOptions {
  /** Where .env and the configuration files are looked for. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** A configuration file instead of the one that SWITCHYARD_CONFIG names or that lies in cwd. */
  configPath?: string;
  /** "gateway" or a provider's name: PORT and HOST apply to it, for it is started alone. */
  alone?: string;
  /** ms since the epoch; default: the machine's clock. */
  now?: () => number;
}

/**
 * The settings, from the defaults, providers.json and models.yaml, switchyard.yaml, .env and the
 * environment; the later counts. Frozen. Throws SettingsError with every problem at once.
 */
export function loadSettings({ cwd, env, configPath, alone, now = Date.now }: LoadOptions): Settings {
  const problems = createProblems();
  const environment = createEnvironment({ cwd, env, problems });
  const files = readFiles({ environment, problems, ...defined({ configPath }) });
  const inMesh = environment.read(parseBoolean, "SWITCHYARD_MESH") ?? false;
  const base = { environment, files, problems, now: now(), ...(inMesh ? {} : defined({ alone })) };
  const context: BuildContext = { ...base, demo: isDemo(base) };
  const content = buildContent(context);
  noteVariables(context);
  checkPorts(content, problems);
  if (problems.list.length > 0) throw new SettingsError(problems.list);
  return deepFreeze({ revision: revisionOf(content), ...content, warnings: [...problems.warnings] });
}

type Content = Omit<Settings, "revision" | "warnings">;

function buildContent(context: BuildContext): Content {
  const { environment, files, demo } = context;
  const file = files.settings;
  const timeouts = buildTimeouts(environment, file.timeouts);
  const inSeconds = parseDuration("s");
  const innerToken = environment.secret("SWITCHYARD_INNER_TOKEN") ?? secretOf(file.inner_token);
  const gateway = buildGateway(timeouts, context);
  const providers = buildProviders(timeouts, context);
  const stateDirectory = path.resolve(
    environment.cwd,
    environment.read(parseText, "SWITCHYARD_STATE_DIRECTORY") ?? file.state_directory ?? ".switchyard",
  );
  return {
    gateway: { ...gateway, preference: buildPreference(providers, context) },
    providers,
    ...defined({ innerToken, outbound: buildOutbound(context) }),
    ...buildRedis(context),
    costs: buildCosts({ gateway, providers, stateDirectory }, context),
    clients: buildClients({ providers, clientKeys: gateway.clientKeys }, context),
    log: buildLog(context),
    stateDirectory,
    demo,
    healthCheckIntervalMs: environment.read(inSeconds, "HEALTH_CHECK_INTERVAL") ?? file.health_check_interval ?? 60_000,
    circuitBreaker: {
      failureThreshold:
        environment.read(parseInteger(1, 1000), "CIRCUIT_BREAKER_FAILURE_THRESHOLD") ??
        file.circuit_breaker?.failure_threshold ??
        5,
      recoveryTimeoutMs:
        environment.read(inSeconds, "CIRCUIT_BREAKER_RECOVERY_TIMEOUT") ??
        file.circuit_breaker?.recovery_timeout ??
        60_000,
    },
  };
}

function secretOf(value: string | undefined) {
  return value === undefined ? undefined : createSecret(value);
}

/** Two services cannot listen on one port of one machine; where they are reached elsewhere, they may. */
function checkPorts({ gateway, costs, providers }: Content, problems: Problems): void {
  const holders = new Map([[gateway.port, "gateway"]]);
  const services = [
    { name: "cost-worker", place: "costs.port", port: costs.port, url: costs.workerUrl },
    ...providers.map(({ name, port, serviceUrl }) => ({
      name,
      place: `providers.${name}.port`,
      port,
      url: serviceUrl,
    })),
  ];
  for (const { name, place, port, url } of services) {
    if (!/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${url}/`)) continue;
    const holder = holders.get(port);
    if (holder === undefined) holders.set(port, name);
    else problems.add(place, `${port} is the port of ${holder} too`, "Give each service its own.");
  }
}
