import type { FileTimeouts } from "./file-schema.ts";
import type { Environment } from "./environment.ts";
import { parseDuration } from "./parse-values.ts";
import type { TimeoutSettings } from "./settings.ts";

const DEFAULT_TIMEOUTS: TimeoutSettings = {
  connectMs: 5_000,
  firstOutputMs: 120_000,
  idleMs: 120_000,
  totalMs: 600_000,
};

/** The timeouts that hold where a provider has none of its own. */
export function buildTimeouts(environment: Environment, file: FileTimeouts | undefined): TimeoutSettings {
  const silence = environment.read(parseDuration("s"), "REQUEST_TIMEOUT", "TIMEOUT_SECONDS");
  const inMs = parseDuration("ms");
  return consistent({
    ...layTimeouts(withSilence(DEFAULT_TIMEOUTS, silence), file),
    ...defined({
      connectMs: environment.read(inMs, "CONNECT_TIMEOUT_MS"),
      firstOutputMs: environment.read(inMs, "FIRST_OUTPUT_TIMEOUT_MS"),
      idleMs: environment.read(inMs, "IDLE_TIMEOUT_MS"),
      totalMs: environment.read(inMs, "TOTAL_TIMEOUT_MS"),
    }),
  });
}

export interface TimeoutLayers {
  /** How long the upstream may be silent: before its first output, and between two pieces of it. */
  silence?: number | undefined;
  file?: FileTimeouts | undefined;
  ownSilence?: number | undefined;
}

/** One provider's timeouts over the general ones. */
export function buildProviderTimeouts(general: TimeoutSettings, layers: TimeoutLayers): TimeoutSettings {
  const fromFile = layTimeouts(withSilence(general, layers.silence), layers.file);
  return consistent(withSilence(fromFile, layers.ownSilence));
}

function withSilence(timeouts: TimeoutSettings, silence: number | undefined): TimeoutSettings {
  return silence === undefined ? timeouts : { ...timeouts, firstOutputMs: silence, idleMs: silence };
}

function layTimeouts(timeouts: TimeoutSettings, file: FileTimeouts = {}): TimeoutSettings {
  return {
    ...timeouts,
    ...defined({ connectMs: file.connect, firstOutputMs: file.first_output, idleMs: file.idle, totalMs: file.total }),
  };
}

/** Waiting for the first output longer than in total would make the former a lie. */
function consistent(timeouts: TimeoutSettings): TimeoutSettings {
  return { ...timeouts, totalMs: Math.max(timeouts.totalMs, timeouts.firstOutputMs) };
}

/** The fields that have a value. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
