import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "../../quota/load/create-random.ts";
import { ask, type AskResult } from "./ask.ts";
import { writeMarker } from "./marker.ts";

/** One request of ours; its marker is its session in the ledger too. */
export interface ClientRequest extends AskResult {
  marker: string;
  gateway: string;
  stream: boolean;
  /** ms since the epoch. */
  at: number;
  endedAt: number;
}

export interface LoadOptions {
  /** Names and addresses of those that may be asked now. */
  gateways: () => readonly { name: string; url: string }[];
  clients: number;
  seed: number;
  signal: AbortSignal;
  model: string;
}

/** Clients that ask one after the other, streams and whole answers, until they are told to end. Every request is listed. */
export async function runLoad(options: LoadOptions): Promise<ClientRequest[]> {
  const requests: ClientRequest[] = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  await Promise.all(
    Array.from({ length: options.clients }, async (_, client) => {
      const random = createRandom(options.seed * 1_000 + client);
      for (let turn = 1; !options.signal.aborted; turn += 1) {
        const request = await askOnce(options, { marker: `r-${client}-${turn}`, random, agent });
        requests.push(request);
        await sleep(request.ending === "refused" ? 100 : random.between(5, 60));
      }
    }),
  );
  agent.destroy();
  return requests;
}

/** Share of streams whose client does not wait for the end. */
const LEAVING = 0.05;

interface Turn {
  marker: string;
  random: Random;
  agent: http.Agent;
}

async function askOnce({ gateways, model }: LoadOptions, { marker, random, agent }: Turn): Promise<ClientRequest> {
  const all = gateways();
  const gateway = all[random.between(0, all.length - 1)] ?? { name: "none", url: "http://127.0.0.1:9" };
  const stream = random.next() < 0.7;
  const leaves = stream && random.next() < LEAVING;
  const body = JSON.stringify({
    model,
    max_tokens: 4_096,
    stream,
    messages: [{ role: "user", content: `${writeMarker(marker)} How much is it?` }],
  });
  const at = Date.now();
  const result = await ask({
    url: gateway.url,
    body,
    agent,
    session: marker,
    ...(leaves ? { leaveAfterMs: random.between(0, 150) } : {}),
  });
  return { ...result, marker, gateway: gateway.name, stream, at, endedAt: Date.now() };
}
