import { once } from "node:events";
import { type IncomingMessage, type RequestListener, type Server, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach } from "@jest/globals";

import type { AnswerResult } from "../await-answer.ts";
import type { CommitResult } from "../await-commit.ts";

/** Starts servers for the tests of a file, and closes each when its test is over. */
export function useServers(): {
  serve: (listener: RequestListener) => Promise<string>;
  onEnd: (close: () => void) => void;
} {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });
  return {
    onEnd: (close) => void closers.push(close),
    serve: async (listener) => {
      const server: Server = createServer(listener);
      server.listen(0, "127.0.0.1");
      closers.push(() => {
        server.close();
        server.closeAllConnections();
      });
      await once(server, "listening");
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    },
  };
}

export function event(type: string, fields: Record<string, unknown> = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

export const START = event("message_start", { message: { model: "m", usage: { input_tokens: 7, output_tokens: 1 } } });
export const PING = event("ping");
export const BLOCK = event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
/** One delta of text. */
export const text = (words: string): string =>
  event("content_block_delta", { index: 0, delta: { type: "text_delta", text: words } });
export const END = [
  event("content_block_stop", { index: 0 }),
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } }),
  event("message_stop"),
].join("");
export const ANSWER = START + PING + BLOCK + text("Hello") + text(" world") + END;
export const ERROR = event("error", { error: { type: "overloaded_error", message: "busy" } });

export const PATIENT = { firstOutputMs: 5000, idleMs: 5000 };

/** The error of a result that must have failed. */
export async function failure(result: Promise<CommitResult | AnswerResult>) {
  const settled = await result;
  if (settled.kind !== "failed") throw new Error(`was ${settled.kind}`);
  const { type, status, failure: name, message } = settled.error;
  return { type, status, failure: name, message };
}

/** The answer at an address, whole or as far as it came. */
export async function read(url: string): Promise<{ body: string; complete: boolean; response: IncomingMessage }> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
  let body = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    body += chunk;
  });
  response.on("error", () => {});
  await once(response, "close");
  return { body, complete: response.complete, response };
}
