import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface AskedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: unknown;
}

export interface FakeWorker {
  readonly url: string;
  readonly asked: readonly AskedRequest[];
  close(): Promise<void>;
}

export type Answer = (request: AskedRequest) => { status?: number; body: unknown };

/** Answers as told, over a real socket. */
export async function startFakeWorker(answer: Answer): Promise<FakeWorker> {
  const asked: AskedRequest[] = [];
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://worker");
    const { authorization } = request.headers;
    const seen = { method: request.method ?? "", path: pathname, query: searchParams, authorization, body };
    asked.push(seen);
    const { status = 200, body: told } = answer(seen);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof told === "string" ? told : JSON.stringify(told));
  }
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: async () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

/** An address where nobody listens. */
export async function findClosedAddress(): Promise<string> {
  const worker = await startFakeWorker(() => ({ body: {} }));
  await worker.close();
  return worker.url;
}
