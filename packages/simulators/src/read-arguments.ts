import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { QUOTA_RULES } from "./quotas/quota-rule.ts";
import { BRAINS } from "./brains/brains.ts";
import type { Scenario } from "./scenario.ts";
import { SIMULATOR_KINDS } from "./start-simulator.ts";
import type { SimulatorKind, SimulatorOptions } from "./start-simulator.ts";

export interface SimulatorWish {
  kind: SimulatorKind;
  options: SimulatorOptions;
}

const KIND = z.enum(SIMULATOR_KINDS);
const PORTS = z.partialRecord(KIND, z.int().min(0).max(65_535));
const SCENARIO = z.looseObject({});
const CONFIG = z.strictObject({
  host: z.string().optional(),
  simulators: z
    .array(
      z.strictObject({
        kind: KIND,
        port: z.int().min(0).max(65_535).optional(),
        fixed: z.union([SCENARIO, z.array(SCENARIO)]).optional(),
        brain: z.strictObject({ name: z.string(), plan: z.unknown().optional() }).optional(),
        credentials: z.array(z.string()).optional(),
        keepRequests: z.int().optional(),
        enforceLimits: z.boolean().optional(),
        quotas: QUOTA_RULES.optional(),
        promptCacheMs: z.number().positive().optional(),
        limits: z
          .strictObject({ requests: z.number(), inputTokens: z.number(), outputTokens: z.number() })
          .partial()
          .optional(),
      }),
    )
    .min(1),
});

/** A demonstration runs for days: only a few requests are remembered. */
const DEMO_KEEPS = 200;

/** Reads the command line; throws an error that names what is wrong. */
export function readArguments(args: readonly string[]): SimulatorWish[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      demo: { type: "boolean", default: false },
      kind: { type: "string", multiple: true, default: [] },
      host: { type: "string" },
      ports: { type: "string", default: "{}" },
      config: { type: "string" },
    },
  });
  if (values.config !== undefined) return readConfig(values.config);
  const kinds = values.demo ? SIMULATOR_KINDS : z.array(KIND).parse(values.kind);
  if (kinds.length === 0) throw new Error("name what to simulate: --demo, --kind or --config");
  const ports = PORTS.parse(JSON.parse(values.ports));
  return kinds.map((kind) => ({
    kind,
    options: {
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(ports[kind] === undefined ? {} : { port: ports[kind] }),
      ...(values.demo ? { brain: createBrain("demo", undefined), keepRequests: DEMO_KEEPS } : {}),
    },
  }));
}

/** JSON, or the name of a file that holds it. */
function readConfig(text: string): SimulatorWish[] {
  const json = text.trimStart().startsWith("{") ? text : readFileSync(text, "utf8");
  const { host, simulators } = CONFIG.parse(JSON.parse(json));
  return simulators.map(({ kind, fixed, brain, ...others }) => {
    const options = {
      host,
      fixed: fixed as Scenario | readonly Scenario[] | undefined,
      brain: brain === undefined ? undefined : createBrain(brain.name, brain.plan),
      ...others,
    };
    return { kind, options: withoutUndefined(options) };
  });
}

function createBrain(name: string, plan: unknown) {
  const create = Object.hasOwn(BRAINS, name) ? BRAINS[name] : undefined;
  if (create === undefined) throw new Error(`no brain named ${name}; there are: ${Object.keys(BRAINS).join(", ")}`);
  return create(plan);
}

function withoutUndefined(fields: Record<string, unknown>): SimulatorOptions {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
