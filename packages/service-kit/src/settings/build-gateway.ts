import type { BuildContext } from "./build-context.ts";
import { looksLikeAnthropicKey } from "./build-credential.ts";
import { defined } from "./build-timeouts.ts";
import { buildRouting } from "./build-routing.ts";
import type { FileSettings } from "./file-schema.ts";
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
} from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { GatewaySettings, ModeSettings, Secret, TimeoutSettings } from "./settings.ts";

type FileGateway = NonNullable<FileSettings["gateway"]>;

const DEFAULT_PORT = 8080;

/** The gateway's own settings, without what depends on its providers. */
export function buildGateway(timeouts: TimeoutSettings, context: BuildContext): Omit<GatewaySettings, "preference"> {
  const { environment, files } = context;
  const file = files.settings.gateway ?? {};
  const inMs = parseDuration("ms");
  const inSeconds = parseDuration("s");
  const host = hostOf(file, context);
  const adminToken = environment.secret("SWITCHYARD_ADMIN_TOKEN") ?? secretOf(file.admin_token);
  // Said by the deployment that guards the door, so it is no field of a file that people copy.
  const openToNetwork = environment.read(parseBoolean, "SWITCHYARD_OPEN_TO_NETWORK");
  return {
    host,
    port: portOf(file, context),
    clientKeys: clientKeysOf(file, context),
    ...defined({ adminToken, openToNetwork }),
    allowedHosts: environment.read(parseTextList, "SWITCHYARD_ALLOWED_HOSTS") ?? file.allowed_hosts ?? [],
    allowedOrigins: environment.read(parseTextList, "SWITCHYARD_ALLOWED_ORIGINS") ?? file.allowed_origins ?? [],
    maxBodyBytes: environment.read(parseBytes, "MAX_BODY_BYTES") ?? file.max_body ?? 32 * 1024 * 1024,
    earlyHeadersMs: environment.read(inMs, "EARLY_HEADERS_MS") ?? file.early_headers ?? 15_000,
    pingIntervalMs: environment.read(inMs, "PING_INTERVAL_MS") ?? file.ping_interval ?? 10_000,
    maxFallbackAttempts:
      environment.read(parseInteger(0, 20), "MAX_FALLBACK_ATTEMPTS") ?? file.max_fallback_attempts ?? 3,
    fallbackDelayMs: environment.read(inSeconds, "FALLBACK_DELAY") ?? file.fallback_delay ?? 0,
    ...defined({ replicas: environment.read(parseInteger(1, 10_000), "GATEWAY_REPLICAS") ?? file.replicas }),
    maxConcurrentRequests:
      environment.read(parseInteger(1, 100_000), "MAX_CONCURRENT_REQUESTS") ?? file.max_concurrent_requests ?? 100,
    substitution:
      environment.read(parseChoice("never", "when_unavailable", "by_strategy"), "SWITCHYARD_SUBSTITUTION") ??
      file.substitution ??
      "when_unavailable",
    ...buildRouting(context),
    timeouts,
    shutdownGraceMs: environment.read(inMs, "SHUTDOWN_GRACE_MS") ?? file.shutdown_grace ?? 5_000,
    modelAliases: file.model_aliases ?? {},
    modes: modesOf(file, context),
  };
}

/** Everything binds loopback unless told otherwise. */
function hostOf(file: FileGateway, { environment, alone }: BuildContext): string {
  const own = alone === undefined ? undefined : environment.read(parseText, "HOST");
  return own ?? environment.read(parseText, "SWITCHYARD_HOST", "PROXY_HOST") ?? file.host ?? "127.0.0.1";
}

function portOf(file: FileGateway, { environment, alone }: BuildContext): number {
  const own = alone === "gateway" ? environment.read(parsePort, "PORT", "SERVICE_PORT") : undefined;
  return own ?? environment.read(parsePort, "GATEWAY_PORT", "PROXY_PORT") ?? file.port ?? DEFAULT_PORT;
}

/** The key that an older proxy shipped with: everybody knows it. */
const WELL_KNOWN_KEY = "proxy-key-12345";

/**
 * What clients show: SWITCHYARD_CLIENT_KEY (several with commas), else the older names. ANTHROPIC_API_KEY
 * is one of these unless it looks like a key of Anthropic's own.
 */
function clientKeysOf(file: FileGateway, context: BuildContext): readonly Secret[] {
  const { environment, problems } = context;
  const authenticated = environment.read(parseBoolean, "ENABLE_AUTHENTICATION") ?? true;
  const secret =
    environment.secret("SWITCHYARD_CLIENT_KEY") ??
    (authenticated ? environment.secret("MASTER_PROXY_API_KEY") : undefined) ??
    (looksLikeAnthropicKey(context) ? undefined : environment.secret("ANTHROPIC_API_KEY"));
  const keys = secret === undefined ? (file.client_keys ?? []) : secret.reveal().split(/[\s,]+/);
  if (keys.includes(WELL_KNOWN_KEY)) {
    problems.add("MASTER_PROXY_API_KEY", "is a key that everybody knows", "Choose another one.");
  }
  if (
    looksLikeAnthropicKey(context) &&
    environment.find("ANTHROPIC_UPSTREAM_API_KEY", "ANTHROPIC_UPSTREAM_API_KEY_FILE") === undefined
  ) {
    problems.warn(
      "ANTHROPIC_API_KEY",
      "looks like a key of Anthropic's own and is not used: which was meant?",
      "Set ANTHROPIC_UPSTREAM_API_KEY to use it upstream, or SWITCHYARD_CLIENT_KEY for what clients show here.",
    );
  }
  return keys.filter((key) => key !== "").map((key) => createSecret(key));
}

function secretOf(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : createSecret(value);
}

function modesOf({ modes = {} }: FileGateway, { environment }: BuildContext): ModeSettings {
  const read = (variable: string, own: string | undefined): string | undefined =>
    environment.read(parseText, variable) ?? own;
  return {
    ...defined({
      background: read("ROUTER_BACKGROUND", modes.background),
      think: read("ROUTER_THINK", modes.think),
      longContext: read("ROUTER_LONG_CONTEXT", modes.long_context),
      default: read("ROUTER_DEFAULT", modes.default),
    }),
    longContextThreshold:
      environment.read(parseTokens, "LONG_CONTEXT_THRESHOLD") ?? modes.long_context_threshold ?? 128_000,
  };
}
