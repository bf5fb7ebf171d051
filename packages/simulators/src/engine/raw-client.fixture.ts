import { Agent, request as httpRequest } from "node:http";
import type { Scenario, Simulator } from "../scenario.ts";
import { createCountingDialect } from "./counting-dialect.fixture.ts";
import { createSimulatorServer } from "./create-simulator-server.ts";

export interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  chunks: Buffer[];
  /** "end", or the code with which the connection broke. */
  ended: string;
}

/** A client over a bare socket's stream: tells what arrived before the connection ended, and how it ended. */
export function send(
  url: string,
  body: unknown,
  options: { method?: string; leaveAfterMs?: number } = {},
): Promise<Received> {
  return new Promise((resolve) => {
    const received: Received = { status: 0, headers: {}, body: Buffer.alloc(0), chunks: [], ended: "" };
    const finish = (ended: string): void => {
      received.ended ||= ended;
      received.body = Buffer.concat(received.chunks);
      resolve(received);
    };
    const outgoing = httpRequest(url, { method: options.method ?? "POST", agent: new Agent() }, (incoming) => {
      received.status = incoming.statusCode ?? 0;
      received.headers = incoming.headers;
      incoming.on("data", (chunk: Buffer) => {
        received.chunks.push(chunk);
        if (options.leaveAfterMs !== undefined) outgoing.destroy();
      });
      incoming.on("end", () => finish("end"));
      incoming.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    outgoing.on("close", () => setImmediate(finish, "closed"));
    outgoing.end(options.method === "GET" ? undefined : JSON.stringify(body));
  });
}

export const STREAM = { stream: true };

/** The events of a stream that arrived. */
export function events(received: Received): string[] {
  return received.body
    .toString()
    .split("\n\n")
    .filter((event) => event !== "");
}

/** A simulator of the smallest dialect. */
export function startCounting(): Promise<Simulator> {
  return createSimulatorServer({ kind: "counting", definition: { dialects: [createCountingDialect()] } });
}

/** Scripts one scenario and asks for it. */
export function ask(simulator: Simulator, scenario: Scenario, body: unknown = STREAM): Promise<Received> {
  simulator.script(scenario);
  return send(`${simulator.url}/count`, body);
}
