import { randomBytes } from "node:crypto";
import { BRAINS } from "./brains/brains.ts";
import { createSimulatorServer } from "./engine/create-simulator-server.ts";
import type { SimulatorServerOptions } from "./engine/create-simulator-server.ts";
import type { DialectContext, KindDefinition, SimulatedLimits, SimulatedModel } from "./engine/dialect.ts";
import { mergeKinds } from "./engine/merge-kinds.ts";
import { MESSAGES_KINDS } from "./messages/index.ts";
import { OPENAI_KINDS } from "./openai/index.ts";
import type { Simulator } from "./scenario.ts";

export const SIMULATOR_KINDS = [
  "anthropic",
  "vertex",
  "openrouter",
  "deepseek",
  "ollama",
  "openai",
  "azure",
  "gemini",
  "github-models",
] as const;

export type SimulatorKind = (typeof SIMULATOR_KINDS)[number];

export interface SimulatorOptions extends Omit<SimulatorServerOptions, "kind" | "definition" | "brains"> {
  /** Credentials that are accepted; default: any but "invalid". */
  credentials?: readonly string[];
  /**
   * Simulators with one secret recognise each other's reasoning as genuine. Default: one for all that serve Claude (its
   * signatures count on every platform), a random one for each of the others.
   */
  signatureSecret?: string;
  /** What the rate limit headers show. */
  limits?: Partial<SimulatedLimits>;
  /** Answer 429 beyond the limits. Default false. */
  enforceLimits?: boolean;
  /** ms that a prompt cache of five minutes lives, for scaled time. Default 300,000. */
  promptCacheMs?: number;
  /** Models besides the provider's own, for the kinds that answer unknown names with an error. */
  models?: readonly SimulatedModel[];
}

const SERVES_CLAUDE: ReadonlySet<SimulatorKind> = new Set(["anthropic", "vertex", "openrouter"]);

/** What is told but not enforced must not run out: clients that believe it would stop. */
const BOUNDLESS: SimulatedLimits = { requests: 1_000_000, inputTokens: 1_000_000_000, outputTokens: 100_000_000 };
const DEFAULT_LIMITS: SimulatedLimits = { requests: 4_000, inputTokens: 4_000_000, outputTokens: 800_000 };

/** Starts the imitation of one provider, with every endpoint of it that this project uses. */
export function startSimulator(kind: SimulatorKind, options: SimulatorOptions = {}): Promise<Simulator> {
  const { credentials, signatureSecret, limits, enforceLimits, promptCacheMs, models, ...serverOptions } = options;
  const definition = defineKind({
    kind,
    now: options.now ?? Date.now,
    ...(credentials === undefined ? {} : { credentials }),
    signatureSecret: signatureSecret ?? (SERVES_CLAUDE.has(kind) ? "claude" : randomBytes(16).toString("hex")),
    limits: { ...(enforceLimits === true ? DEFAULT_LIMITS : BOUNDLESS), ...limits },
    enforceLimits: enforceLimits ?? false,
    ...(promptCacheMs === undefined ? {} : { promptCacheMs }),
    ...(models === undefined ? {} : { models }),
  });
  return createSimulatorServer({ ...serverOptions, kind, definition, brains: BRAINS });
}

function defineKind(context: DialectContext): KindDefinition {
  const factories = [MESSAGES_KINDS[context.kind], OPENAI_KINDS[context.kind]].filter((one) => one !== undefined);
  const [first, ...others] = factories.map((create) => create(context));
  if (first === undefined) throw new Error(`no simulator of kind ${context.kind}`);
  return mergeKinds(first, ...others);
}
