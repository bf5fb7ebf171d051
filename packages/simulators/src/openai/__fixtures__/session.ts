import { startSimulator, type SimulatorKind, type SimulatorOptions } from "../../start-simulator.ts";
import type { Simulator } from "../../scenario.ts";

export type Fields = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed body; undefined: it is a stream or no JSON. */
  json: Fields | undefined;
  /** Parsed data of the events of a stream, without terminator. */
  events: Fields[];
  /** Names of its events. */
  names: string[];
  /** True when the stream ended in [DONE]. */
  done: boolean;
}

export interface Session {
  simulator: Simulator;
  ask: (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
}

export interface SessionOptions extends SimulatorOptions {
  path: string;
}

const KEY = { authorization: "Bearer key-1234567890abcdef" };
const running: Simulator[] = [];

/** Starts a simulator and a client for one of its endpoints; `closeSessions` stops them all. */
export async function openSession(kind: SimulatorKind, { path, ...options }: SessionOptions): Promise<Session> {
  const simulator = await startSimulator(kind, options);
  running.push(simulator);
  const send = async (target: string, init: RequestInit): Promise<Answer> =>
    readAnswer(await fetch(`${simulator.url}${target}`, init));
  return {
    simulator,
    ask: (body, headers = KEY) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    get: (target, headers = KEY) => send(target, { headers }),
  };
}

export async function closeSessions(): Promise<void> {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const lines = isStream ? text.split("\n") : [];
  const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isStream ? undefined : parse(text),
    events: data.filter((line) => line !== "[DONE]").map((line) => parse(line) ?? {}),
    names: lines.filter((line) => line.startsWith("event: ")).map((line) => line.slice(7)),
    done: data.at(-1) === "[DONE]",
  };
}

function parse(text: string): Fields | undefined {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

/** The error of an answer, whatever envelope is around it. */
export function errorOf(answer: Answer): Fields {
  const body: unknown = answer.json;
  const envelope = Array.isArray(body) ? (body[0] as Fields) : (body as Fields);
  return envelope["error"] as Fields;
}

/** What a path of names and indexes leads to; fails where it leads nowhere. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !(part in current)) {
      throw new Error(`nothing at ${path.join(".")} in ${JSON.stringify(value)}`);
    }
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

/** The deltas of a chat stream. */
export function deltasOf(answer: Answer): Fields[] {
  return answer.events.flatMap((event) =>
    (event["choices"] as { delta?: Fields }[]).map((choice) => choice.delta ?? {}),
  );
}

/** A field's texts in every delta, in one. */
export function joinDeltas(answer: Answer, field: string): string {
  return deltasOf(answer)
    .map((delta) => (typeof delta[field] === "string" ? delta[field] : ""))
    .join("");
}

export interface StreamedCall {
  id: string;
  name: string;
  arguments: string;
}

/** The calls of a chat stream, put together by index. */
export function callsOf(answer: Answer): StreamedCall[] {
  const calls: StreamedCall[] = [];
  for (const delta of deltasOf(answer)) {
    const pieces = (delta["tool_calls"] ?? []) as { index: number; id?: string; function: Partial<StreamedCall> }[];
    for (const piece of pieces) {
      const call = (calls[piece.index] ??= { id: piece.id ?? "", name: piece.function.name ?? "", arguments: "" });
      call.arguments += piece.function.arguments ?? "";
    }
  }
  return calls;
}
