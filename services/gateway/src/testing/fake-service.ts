import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { type FailureName, HEADERS, type ModelInfo, type ProviderInfo } from "@switchyard/wire";

/** One request as the fake got it. */
export interface ServiceRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Resolves when the response has been closed, with whether it had been written whole. */
  closed: Promise<{ finished: boolean; at: number }>;
}

export type Answerer = (response: ServerResponse, request: ServiceRequest) => void;

export interface FakeService {
  readonly url: string;
  readonly requests: ServiceRequest[];
  /** Answers the next requests for messages, one each; the last one stays. */
  answers(...answerers: Answerer[]): void;
  info: ProviderInfo;
  /** What it says when it is told to read its settings anew; absent: it knows no such route. */
  reloaded: object | undefined;
  close(): void;
}

export function modelInfo(canonical: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id: canonical,
    canonical,
    display_name: canonical,
    aliases: [],
    tier: "big",
    context_window: 200_000,
    max_output_tokens: 64_000,
    capabilities: { tools: true, images: true, documents: true, thinking: true, server_tools: [] },
    quota_bucket: canonical,
    dialect: "messages",
    native_count_tokens: false,
    ...more,
  };
}

/** A provider service that speaks the inner wire and does as it is told. */
export async function startFakeService(name: string, models: ModelInfo[], port = 0): Promise<FakeService> {
  const requests: ServiceRequest[] = [];
  let answerers: Answerer[] = [answerText(name)];
  const server = createServer((request, response) => void handle(request, response));
  const idsOf = (tier: string) => models.filter((model) => model.tier === tier).map(({ id }) => id);
  const service: FakeService = {
    url: "",
    requests,
    answers: (...list) => {
      answerers = list;
    },
    info: {
      service_name: name,
      provider: name,
      kind: "openai-compatible",
      port: 0,
      version: "1",
      uptime: 1,
      status: "ok",
      simulated: false,
      models,
      tiers: { big: idsOf("big"), middle: idsOf("middle"), small: idsOf("small") },
      endpoints: [],
    },
    reloaded: undefined,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/info") {
      response.setHeader("content-type", "application/json").end(JSON.stringify(service.info));
      return;
    }
    if (request.url === "/api/config/reload") {
      if (service.reloaded === undefined) response.writeHead(404);
      response.end(JSON.stringify(service.reloaded ?? {}));
      return;
    }
    const closed = once(response, "close").then(() => ({ finished: response.writableFinished, at: performance.now() }));
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const seen: ServiceRequest = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks),
      closed,
    };
    requests.push(seen);
    const answerer = answerers.length > 1 ? answerers.shift() : answerers[0];
    answerer?.(response, seen);
  }

  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(service, { url });
}

export function event(type: string, fields: Record<string, unknown> = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

export const PREAMBLE =
  event("message_start", {
    message: { type: "message", model: "m", content: [], usage: { input_tokens: 7, output_tokens: 1 } },
  }) +
  event("ping") +
  event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });

export function delta(text: string): string {
  return event("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
}

export const EPILOGUE =
  event("content_block_stop", { index: 0 }) +
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } }) +
  event("message_stop");

export function textStream(text: string): string {
  return PREAMBLE + delta(text) + EPILOGUE;
}

export function textMessage(text: string): Record<string, unknown> {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 7, output_tokens: 9 },
  };
}

/** A whole answer in the manner asked for. */
export function answerText(text: string, headers: Record<string, string> = {}): Answerer {
  return (response, request) => {
    if (isStreamed(request)) startStream(response, headers).end(textStream(text));
    else sendJson(response, 200, textMessage(text), headers);
  };
}

/** An error answer as a provider service gives it. */
export function answerError(
  status: number,
  type: string,
  failure?: FailureName,
  headers: Record<string, string> = {},
): Answerer {
  return (response) =>
    sendJson(
      response,
      status,
      { type: "error", error: { type, message: `${type} of the upstream` } },
      { ...(failure === undefined ? {} : { [HEADERS.failure]: failure }), ...headers },
    );
}

export function isStreamed(request: ServiceRequest): boolean {
  return (JSON.parse(request.body.toString()) as { stream?: boolean }).stream === true;
}

export function startStream(response: ServerResponse, headers: Record<string, string> = {}): ServerResponse {
  return response.writeHead(200, { "content-type": "text/event-stream", ...headers });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Says so much, or the beginning of a whole answer, and then no more. */
export function breakOff(events: string, manner: "end" | "destroy" | "hang" = "end"): Answerer {
  return (response, request) => {
    const streamed = isStreamed(request);
    if (streamed) startStream(response);
    else response.writeHead(200, { "content-type": "application/json" });
    const whole = streamed ? events : '{"type":"message","content":[{"type":"text"';
    const said = events === "" ? "\n" : whole;
    if (manner === "hang") response.write(said);
    else response.write(said, () => (manner === "end" ? response.end() : response.destroy()));
  };
}
