import { createParser } from "eventsource-parser";
import type { HttpClient, HttpRequest } from "@switchyard/service-kit";
import type { RawAnswer } from "../live-case.ts";

/** ms for one answer, its end included. */
const ANSWER_TIMEOUT_MS = 180_000;

/** Sends a request and reads its answer to the end. Throws GatewayError where none comes. */
export async function sendRequest(http: HttpClient, request: Omit<HttpRequest, "signal">): Promise<RawAnswer> {
  const answer = await http.send({ ...request, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const streamed = (answer.headers["content-type"] ?? "").startsWith("text/event-stream");
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    ...(streamed ? { events: parseEvents(text) } : {}),
  };
}

/** Data of each event; a last event without its blank line counts too. */
function parseEvents(text: string): string[] {
  const events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data) });
  parser.feed(`${text}\n\n`);
  return events;
}
