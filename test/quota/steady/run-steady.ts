import { setTimeout as sleep } from "node:timers/promises";
import { startFleet } from "../fleet/start-fleet.ts";
import { runLoad, type TurnRecord } from "../load/run-load.ts";
import { createPlayer } from "../load/wanted-answer.ts";
import type { QuotaReport } from "@switchyard/simulators";
import { createRoomWatcher, type RefusedTry } from "./room-watcher.ts";
import {
  CAPACITY,
  describeSteadyFleet,
  MODELS,
  PROMPT_CACHE_MS,
  SHAPE,
  STEADY_KINDS,
  WINDOW_MS,
  type SteadyFleetOptions,
  type SteadyKind,
} from "./steady-fleet.ts";

export interface SteadyOptions extends SteadyFleetOptions {
  /** Offered turns as a share of the summed quota. */
  load: number;
  /** Windows that are measured, after one and a half that are not. */
  windows: number;
  seed: number;
}

export interface SteadyResult {
  /** Turns that were offered while it was measured. */
  turns: readonly TurnRecord[];
  refused: readonly RefusedTry[];
  reports: Readonly<Record<SteadyKind, QuotaReport>>;
  log: readonly string[];
}

const WARM_UP_WINDOWS = 2;
/** What is still open when the last window ends gets this long. */
const TAIL_MS = 300;

/** A load on a fleet for some windows of the clock, counted at both ends. */
export async function runSteady(options: SteadyOptions): Promise<SteadyResult> {
  const fleet = await startFleet(describeSteadyFleet(options));
  try {
    for (const simulator of fleet.simulators) {
      const player = createPlayer(simulator.kind === "openai" ? PROMPT_CACHE_MS : undefined);
      simulator.answerWith((request) => player.play(request));
    }
    const watcher = createRoomWatcher({
      simulators: fleet.simulators,
      models: MODELS,
      promptCacheMs: PROMPT_CACHE_MS,
    });
    const from = (Math.floor(Date.now() / WINDOW_MS) + WARM_UP_WINDOWS) * WINDOW_MS;
    const until = from + options.windows * WINDOW_MS;
    const loading = runLoad({
      urls: fleet.gateways.map(({ url }) => url),
      shape: SHAPE,
      seed: options.seed,
      rate: (options.load * summedCapacity() * 1_000) / WINDOW_MS,
      durationMs: until + TAIL_MS - Date.now(),
      onTry: (one) => watcher.see(one),
    });
    await sleep(from - Date.now());
    for (const { quotas } of fleet.simulators) quotas.clearReport();
    await sleep(until - Date.now());
    const reports = Object.fromEntries(
      STEADY_KINDS.map((kind) => [kind, fleet.simulatorOf(kind).quotas.report()]),
    ) as Record<SteadyKind, QuotaReport>;
    const turns = (await loading).filter(({ at }) => at >= from && at < until);
    return {
      turns,
      refused: watcher.refused.filter(({ endedAt }) => endedAt >= from && endedAt < until),
      reports,
      log: [...fleet.log],
    };
  } finally {
    await fleet.stop();
  }
}

/** Requests per window, of all providers together. */
export function summedCapacity(): number {
  return STEADY_KINDS.reduce((sum, kind) => sum + CAPACITY[kind], 0);
}
