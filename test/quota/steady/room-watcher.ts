import type { Simulator } from "@switchyard/simulators";
import type { Try } from "../load/run-load.ts";
import { readWantedAnswer } from "../load/wanted-answer.ts";

/** A request that a gateway refused, and how much room there was for it at that moment. */
export interface RefusedTry {
  endedAt: number;
  status: number;
  failure: string;
  /** Share of the tightest limit that would have been left at the best provider; negative: nobody had room. */
  room: number;
  provider: string;
  /** Its turn failed with it: no further try followed. */
  isLast: boolean;
}

export interface RoomWatcherOptions {
  simulators: readonly Simulator[];
  models: Readonly<Record<string, string>>;
  promptCacheMs: number;
}

export interface RoomWatcher {
  readonly refused: readonly RefusedTry[];
  see(one: Try): void;
}

/**
 * Knows what the gateways cannot: what every quota really has left, and what the answers under way will still take of
 * it. A prompt counts as cached only where its session's last answer came from.
 */
export function createRoomWatcher({ simulators, models, promptCacheMs }: RoomWatcherOptions): RoomWatcher {
  const refused: RefusedTry[] = [];
  const lastPlaces = new Map<string, { provider: string; at: number; bytes: number }>();

  const roomAt = (simulator: Simulator, one: Try): number => {
    const bytes = Buffer.byteLength(one.body);
    const place = lastPlaces.get(sessionOf(one.body));
    const isWarm = place?.provider === simulator.kind && one.endedAt - place.at < promptCacheMs;
    const prompt = Math.ceil(bytes / 4);
    return simulator.quotas.roomAfter(models[simulator.kind] ?? "", {
      input: isWarm ? Math.ceil((bytes - place.bytes) / 4) : prompt,
      prompt,
      maxOutput: 0,
      output: one.output + outputUnderWay(simulator),
    });
  };
  return {
    refused,
    see(one) {
      if (one.ok && one.provider !== undefined) {
        const bytes = Buffer.byteLength(one.body);
        lastPlaces.set(sessionOf(one.body), { provider: one.provider, at: one.endedAt, bytes });
      }
      if (one.ok || one.status === 0 || one.status === 200) return;
      const [best] = simulators
        .map((simulator) => ({ provider: simulator.kind, room: roomAt(simulator, one) }))
        .toSorted((a, b) => b.room - a.room);
      const { endedAt, status, isLast, failure = "" } = one;
      if (best !== undefined) refused.push({ endedAt, status, failure, isLast, ...best });
    },
  };
}

function sessionOf(body: string): string {
  return /session ([0-9a-f]+-[0-9a-f]+)/.exec(body)?.[1] ?? "";
}

/** Tokens that answers which have begun will still produce. */
function outputUnderWay({ requests }: Simulator): number {
  let tokens = 0;
  for (const request of requests) {
    if (request.finished || request.abortedAt !== undefined || request.refused !== undefined) continue;
    tokens += readWantedAnswer(request.body)?.output ?? 0;
  }
  return tokens;
}
