import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "./create-random.ts";
import { sendTurn, type TurnResult } from "./send-turn.ts";
import { createSession, type Session, type SessionShape } from "./session.ts";

/** One try of one turn. */
export interface Try extends TurnResult {
  /** ms since the epoch when it ended. */
  endedAt: number;
  gateway: number;
  body: string;
  output: number;
  /** No further try follows. */
  isLast: boolean;
}

/** One turn of a session, with every try of it. */
export interface TurnRecord {
  /** ms since the epoch when it was offered. */
  at: number;
  session: string;
  gateway: number;
  tries: number;
  ok: boolean;
  /** Of the last try. */
  last: TurnResult;
}

export interface LoadOptions {
  urls: readonly string[];
  shape: SessionShape;
  seed: number;
  /** Turns per second, whatever becomes of them. */
  rate: number;
  durationMs: number;
  /** Tries of one turn, the first included; between them it waits as it is told. Default 10. */
  tries?: number;
  /** Longest wait between two tries. Default 60,000 ms. */
  maxWaitMs?: number;
  /** Each session keeps to one gateway; default: any at each turn. */
  sticky?: boolean;
  /** Called at the end of every try, before anything else happens. */
  onTry?: (one: Try) => void;
}

/** Sessions offer turns as an open loop: a Poisson stream, each turn to an idle session or to a new one. */
export async function runLoad(options: LoadOptions): Promise<TurnRecord[]> {
  const random = createRandom(options.seed);
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 64 });
  const idle: Session[] = [];
  const turns: Promise<TurnRecord>[] = [];
  const end = Date.now() + options.durationMs;
  let due = Date.now();
  for (;;) {
    due += random.gap(options.rate) * 1_000;
    if (due >= end) break;
    const wait = due - Date.now();
    if (wait > 1) await sleep(wait);
    const session = takeSession(idle, options.shape, random);
    turns.push(runTurn({ ...options, agent, session, gateway: pickGateway(options, session, random) }, idle));
  }
  const records = await Promise.all(turns);
  agent.destroy();
  return records;
}

function takeSession(idle: Session[], shape: SessionShape, random: Random): Session {
  if (idle.length === 0) return createSession(shape, random);
  const [session] = idle.splice(random.between(0, idle.length - 1), 1);
  return session ?? createSession(shape, random);
}

function pickGateway({ urls, sticky }: LoadOptions, session: Session, random: Random): number {
  const any = random.between(0, urls.length - 1);
  return sticky === true ? Number.parseInt(session.id.slice(0, 6), 16) % urls.length : any;
}

interface TurnJob extends LoadOptions {
  agent: http.Agent;
  session: Session;
  gateway: number;
}

const RETRIED: ReadonlySet<number> = new Set([429, 500, 502, 503, 504, 529]);
const NO_TIME_TOLD_MS = 500;

/** One turn, tried again as the client of Anthropic does. */
async function runTurn(job: TurnJob, idle: Session[]): Promise<TurnRecord> {
  const { session, gateway, agent } = job;
  const at = Date.now();
  const { body, answer } = session.ask();
  for (let count = 1; ; count += 1) {
    const headers = { "x-claude-code-session-id": session.id };
    const result = await sendTurn({ url: job.urls[gateway] ?? "", body, agent, headers });
    const again = !result.ok && RETRIED.has(result.status) && count < (job.tries ?? 10);
    job.onTry?.({ ...result, endedAt: Date.now(), gateway, body, output: answer.output, isLast: !again });
    if (again) {
      await sleep(Math.min(job.maxWaitMs ?? 60_000, result.retryAfterMs ?? NO_TIME_TOLD_MS));
      continue;
    }
    if (result.ok) session.keep();
    else session.drop();
    if (!session.isOver) idle.push(session);
    return { at, session: session.id, gateway, tries: count, ok: result.ok, last: result };
  }
}
