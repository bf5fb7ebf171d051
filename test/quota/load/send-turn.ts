import { once } from "node:events";
import type http from "node:http";

import { type MessagePost, postMessage } from "../../support/post-message.ts";

/** How one request ended, as its client saw it. */
export interface TurnResult {
  /** 0: no answer at all. */
  status: number;
  /** A whole answer came. */
  ok: boolean;
  /** What went wrong, in a few words. */
  failure?: string;
  retryAfterMs?: number;
  provider?: string;
  requestId?: string;
  /** Time to the first byte of the body. */
  firstByteMs: number;
  ms: number;
}

export interface TurnRequest extends MessagePost {
  /** Called at the first byte of a 200's body. */
  onFirstByte?: () => void;
}

/** Sends one Messages request and reads its stream to the end. Never rejects. */
export async function sendTurn(wish: TurnRequest): Promise<TurnResult> {
  const started = performance.now();
  const times = { firstByteMs: 0 };
  try {
    const answer = await postMessage(wish);
    const text = await readText(answer, () => {
      times.firstByteMs = performance.now() - started;
      if (answer.statusCode === 200) wish.onFirstByte?.();
    });
    return { ...judge(answer, text), ...times, ms: performance.now() - started };
  } catch (error) {
    const failure = (error as NodeJS.ErrnoException).code ?? String(error);
    return { status: 0, ok: false, failure, ...times, ms: performance.now() - started };
  }
}

function judge(answer: http.IncomingMessage, text: string): Omit<TurnResult, "firstByteMs" | "ms"> {
  const status = answer.statusCode ?? 0;
  const provider = answer.headers["x-switchyard-provider"];
  const requestId = answer.headers["request-id"];
  const told = {
    ...(typeof provider === "string" ? { provider } : {}),
    ...(typeof requestId === "string" ? { requestId } : {}),
  };
  if (status !== 200) {
    const seconds = Number(answer.headers["retry-after"]);
    const wait = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
    return { status, ok: false, failure: `${status} ${readMessage(text)}`, ...wait, ...told };
  }
  const error = /event: error\ndata: (.*)/.exec(text)?.[1];
  const isStream = String(answer.headers["content-type"]).startsWith("text/event-stream");
  const isWhole = isStream ? text.includes("event: message_stop") : text.includes('"stop_reason"');
  if (error !== undefined) return { status, ok: false, failure: `in the stream: ${readMessage(error)}`, ...told };
  return isWhole ? { status, ok: true, ...told } : { status, ok: false, failure: "ended early", ...told };
}

function readMessage(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { type?: string; message?: string } };
    return `${error?.type ?? ""} ${error?.message ?? ""}`.slice(0, 2_000);
  } catch {
    return text.slice(0, 200);
  }
}

async function readText(answer: http.IncomingMessage, onFirstByte: () => void): Promise<string> {
  answer.setEncoding("utf8");
  let text = "";
  answer.once("data", onFirstByte);
  answer.on("data", (chunk: string) => {
    text += chunk;
  });
  await once(answer, "end");
  if (!answer.complete) throw new Error("cut off");
  return text;
}
