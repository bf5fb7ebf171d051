import { createSilentLogger } from "@switchyard/service-kit";
import { LIVE_CASES } from "../cases/live-cases.ts";
import { runLive, type LiveTally, type RunLiveOptions } from "../run-live.ts";
import type { PassingAnswer, StandIn } from "./start-stand-in.ts";

export interface Ran extends LiveTally {
  report: string;
  /** ms, each time that a busy upstream was waited for. */
  waited: number[];
}

export type RunAgainstOptions = Partial<Omit<RunLiveOptions, "cases">> & {
  /** Names; absent: all. */
  cases?: readonly string[];
};

/** A run with the stand-in as the only upstream, which waits for nothing. */
export async function runAgainst({ settings }: StandIn, options: RunAgainstOptions = {}): Promise<Ran> {
  const { cases, ...rest } = options;
  const lines: string[] = [];
  const waited: number[] = [];
  const tally = await runLive({
    providers: [settings],
    models: {},
    maxDollars: 5,
    logger: createSilentLogger(),
    write: (line) => lines.push(line),
    wait: async (ms) => void waited.push(ms),
    ...rest,
    cases: cases === undefined ? LIVE_CASES : LIVE_CASES.filter(({ name }) => cases.includes(name)),
  });
  return { ...tally, report: lines.join("\n"), waited };
}

/** Changes each event of a stream. */
export function editEvents(answer: PassingAnswer, edit: (event: Record<string, unknown>) => void): void {
  answer.text = answer.text.replaceAll(/^data: (\{.*\})$/gm, (_line, data: string) => {
    const event = JSON.parse(data) as Record<string, unknown>;
    edit(event);
    return `data: ${JSON.stringify(event)}`;
  });
}

/** Changes an answer that is a JSON object, and no other. */
export function editJson(answer: PassingAnswer, edit: (body: Record<string, unknown>) => void): void {
  if (!answer.text.startsWith("{")) return;
  const body = JSON.parse(answer.text) as Record<string, unknown>;
  edit(body);
  answer.text = JSON.stringify(body);
}
