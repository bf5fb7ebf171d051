import type { SimulatorKind, SimulatorOptions } from "../start-simulator.ts";
import { startSimulator } from "../start-simulator.ts";
import type { Simulator } from "../scenario.ts";

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // Parsed answers are looked into freely by tests.
  json: { type?: string; error?: { type: string; message: string }; [field: string]: unknown };
}

export interface MessagesClient {
  simulator: Simulator;
  /** Posts a body (a string goes as it is) with a credential and version that are right unless told otherwise. */
  post(body: unknown, options?: { path?: string; headers?: Record<string, string | undefined> }): Promise<Reply>;
  get(path: string, headers?: Record<string, string | undefined>): Promise<Reply>;
  close(): Promise<void>;
}

/** A simulator and a plain client of it. */
export async function createMessagesClient(
  kind: SimulatorKind,
  path: string,
  options: SimulatorOptions = {},
): Promise<MessagesClient> {
  const simulator = await startSimulator(kind, options);
  const send = async (
    target: string,
    init: RequestInit,
    headers: Record<string, string | undefined>,
  ): Promise<Reply> => {
    const all = { authorization: "Bearer key", "anthropic-version": "2023-06-01", ...headers };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const response = await fetch(simulator.url + target, { ...init, headers: Object.fromEntries(given) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
  return {
    simulator,
    post: (body, { path: where = path, headers = {} } = {}) =>
      send(
        where,
        { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) },
        { "content-type": "application/json", ...headers },
      ),
    get: (where, headers = {}) => send(where, {}, headers),
    close: () => simulator.close(),
  };
}

function parse(text: string): Reply["json"] {
  try {
    return JSON.parse(text) as Reply["json"];
  } catch {
    return {};
  }
}

/** The data of every event of a stream. */
export function readEvents(text: string): { type: string; [field: string]: unknown }[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)) as { type: string });
}
