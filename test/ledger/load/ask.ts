import { once } from "node:events";
import type http from "node:http";

import { postMessage } from "../../support/post-message.ts";

/**
 * How a request ended, as its client saw it. whole: an answer to its last byte. told: an error, as a status or in the
 * stream. broken: the connection ended before that. refused: there was nobody to connect to. left: by the client.
 */
export type Ending = "whole" | "told" | "broken" | "refused" | "left";

export interface AskResult {
  ending: Ending;
  /** The end of the answer came, whatever came after it. */
  sawEnd: boolean;
  status: number;
  requestId?: string;
  /** What went wrong, in a few words. */
  failure?: string;
}

export interface Question {
  url: string;
  body: string;
  agent: http.Agent;
  session: string;
  /** ms after the first byte of the answer at which the client leaves. */
  leaveAfterMs?: number;
}

/** Sends one Messages request and reads its answer to the end. Never rejects. */
export async function ask(question: Question): Promise<AskResult> {
  const seen = { text: "", status: 0, hasLeft: false };
  try {
    const { session, ...message } = question;
    const answer = await postMessage({ ...message, headers: { "x-claude-code-session-id": session } });
    seen.status = answer.statusCode ?? 0;
    await read(answer, seen, question.leaveAfterMs);
    const requestId = answer.headers["request-id"];
    return { ...judge(seen), ...(typeof requestId === "string" ? { requestId } : {}) };
  } catch (error) {
    const failure = (error as NodeJS.ErrnoException).code ?? String(error);
    const ending = seen.hasLeft ? "left" : failure === "ECONNREFUSED" ? "refused" : "broken";
    return { ending, sawEnd: seen.status === 200 && isWhole(seen.text), status: seen.status, failure };
  }
}

interface Seen {
  text: string;
  status: number;
  hasLeft: boolean;
}

function judge({ text, status }: Seen): Omit<AskResult, "requestId"> {
  if (status !== 200) return { ending: "told", sawEnd: false, status, failure: `${status} ${text.slice(0, 300)}` };
  if (isWhole(text)) return { ending: "whole", sawEnd: true, status };
  const error = /event: error\ndata: (.*)/.exec(text)?.[1];
  return { ending: "told", sawEnd: false, status, failure: `in the stream: ${error ?? text.slice(-100)}` };
}

/** Of a stream the last event, of any other answer the whole JSON. */
function isWhole(text: string): boolean {
  if (text.includes("event: ")) return text.includes("event: message_stop");
  return text.trimEnd().endsWith("}") && text.includes('"stop_reason"');
}

async function read(answer: http.IncomingMessage, seen: Seen, leaveAfterMs: number | undefined): Promise<void> {
  answer.setEncoding("utf8");
  answer.on("data", (chunk: string) => {
    if (seen.text === "" && leaveAfterMs !== undefined) {
      setTimeout(() => {
        seen.hasLeft = !answer.complete;
        answer.destroy(seen.hasLeft ? new Error("the client left") : undefined);
      }, leaveAfterMs);
    }
    seen.text += chunk;
  });
  await once(answer, "end");
  if (!answer.complete) throw new Error("cut off");
}
