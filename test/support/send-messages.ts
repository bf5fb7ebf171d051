import type http from "node:http";
import { EventSourceParserStream } from "eventsource-parser/stream";

import { postMessage } from "./post-message.ts";

export interface StreamedAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Parsed data of each event, in order. */
  events: { type: string; [field: string]: unknown }[];
  /** Body of an answer that is not a stream. */
  json: unknown;
  /** True when the connection broke before the response was complete. */
  broken: boolean;
  ms: number;
}

/** Sends a Messages request and reads the answer to its end, however it ends. Rejects only where there is no answer at all. */
export async function sendMessages(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<StreamedAnswer> {
  const started = performance.now();
  const answer = await postMessage({ url, body: JSON.stringify(body), agent: false, headers });
  const chunks: Buffer[] = [];
  let broken = false;
  try {
    for await (const chunk of answer) chunks.push(chunk as Buffer);
  } catch {
    broken = true;
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const streamed = String(answer.headers["content-type"]).startsWith("text/event-stream");
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events: streamed ? await parseEvents(text) : [],
    json: streamed ? undefined : parseJson(text),
    broken,
    ms: performance.now() - started,
  };
}

async function parseEvents(text: string): Promise<StreamedAnswer["events"]> {
  const events: StreamedAnswer["events"] = [];
  const parsed = new Blob([text])
    .stream()
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { data } of parsed) events.push(JSON.parse(data) as StreamedAnswer["events"][number]);
  return events;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** All text deltas of a stream, joined. */
export function textOf(answer: StreamedAnswer): string {
  return answer.events
    .map((event) => event as { delta?: { type?: string; text?: string } })
    .map(({ delta }) => (delta?.type === "text_delta" ? (delta.text ?? "") : ""))
    .join("");
}

/** How often an event of this type stands in the stream. */
export function countEvents(answer: StreamedAnswer, type: string): number {
  return answer.events.filter((event) => event.type === type).length;
}
