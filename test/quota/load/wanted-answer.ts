import type { RecordedRequest, Scenario } from "@switchyard/simulators";

/** What a request asks the simulated model for. */
export interface WantedAnswer {
  /** Tokens. */
  output: number;
  firstOutputMs: number;
  streamMs: number;
}

/** Stands in the question, so that every simulator gives the same answer whatever way the request came. */
export function tellAnswer({ output, firstOutputMs, streamMs }: WantedAnswer): string {
  return `[answer ${output} tokens after ${firstOutputMs} ms within ${streamMs} ms]`;
}

const WANTED = /\[answer (\d+) tokens after (\d+) ms within (\d+) ms\]/g;
const EVENTS = 10;

/** The answer that the last question asks for; undefined where none does. */
export function readWantedAnswer(body: string): WantedAnswer | undefined {
  const last = [...body.matchAll(WANTED)].at(-1);
  if (last === undefined) return undefined;
  const [, output, firstOutputMs, streamMs] = last.map(Number);
  return { output: output ?? 0, firstOutputMs: firstOutputMs ?? 0, streamMs: streamMs ?? 0 };
}

export interface Player {
  play(request: RecordedRequest): Scenario | undefined;
}

/**
 * Plays the model. `cacheMs`: how long this provider keeps prompts of its own accord, where its simulator does not; a
 * session's last prompt is then read from the cache, in steps of 128 tokens from 1,024 on
 * (developers.openai.com/api/docs/guides/prompt-caching, read 2026-11).
 */
export function createPlayer(cacheMs?: number): Player {
  const prompts = new Map<string, { tokens: number; until: number }>();
  const readCache = (request: RecordedRequest): number => {
    const session = /session ([0-9a-f]+-[0-9a-f]+)/.exec(request.body)?.[1] ?? "";
    const known = prompts.get(session);
    if (cacheMs === undefined) return 0;
    prompts.set(session, { tokens: Math.ceil(Buffer.byteLength(request.body) / 4), until: request.at + cacheMs });
    return known !== undefined && known.until > request.at && known.tokens >= 1_024
      ? Math.floor(known.tokens / 128) * 128
      : 0;
  };
  return {
    play(request) {
      const wanted = readWantedAnswer(request.body);
      if (wanted === undefined) return undefined;
      const text = "answer ".repeat(EVENTS);
      return {
        blocks: [{ type: "text", text }],
        usage: { output: wanted.output, ...(cacheMs === undefined ? {} : { cacheRead: readCache(request) }) },
        delivery: {
          delayMs: wanted.firstOutputMs,
          eventDelayMs: wanted.streamMs / (EVENTS + 5),
          deltaCharacters: Math.ceil(text.length / EVENTS),
        },
      };
    },
  };
}
