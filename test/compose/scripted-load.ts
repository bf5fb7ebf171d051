import { createRandom } from "../quota/load/create-random.ts";
import type { Books } from "../ledger/compare/compare-books.ts";
import { readMarker, writeMarker } from "../ledger/load/marker.ts";
import type { ClientRequest } from "../ledger/load/run-load.ts";
import {
  countedAnswer,
  inventUsage,
  PIECES,
  type TokenBuckets,
  type UpstreamAttempt,
} from "../ledger/upstream/play-upstream.ts";
import { sendMessages } from "../support/send-messages.ts";
import type { ComposeProject } from "./compose-project.ts";

/** The simulator whose control port is published is Anthropic's. */
const PINNED = { "x-switchyard-provider": "anthropic" };

/** Requests through the front door, each with an answer whose token figures no other one has; book is kept of both. */
export interface ScriptedLoad {
  /** Sends so many at once, streams; resolves when all have ended, however they ended. */
  ask(count: number, options?: { ms?: number }): Promise<ClientRequest[]>;
  /** Everything so far, as clients and the upstream saw it. */
  books(): Promise<Omit<Books, "rows" | "kills">>;
}

export function createScriptedLoad(project: ComposeProject): ScriptedLoad {
  const random = createRandom(7);
  const usages: TokenBuckets[] = [];
  const requests: ClientRequest[] = [];
  return {
    async ask(count, { ms = 200 } = {}) {
      const fresh = Array.from({ length: count }, (_, index) =>
        inventUsage("anthropic", usages.length + index + 1, random),
      );
      usages.push(...fresh);
      await project.script(...fresh.map((usage) => countedAnswer(usage, { eventDelayMs: ms / (PIECES + 5) })));
      const first = usages.length - count;
      const ended = await Promise.all(fresh.map((_, index) => askOnce(project.url, `r-${first + index + 1}`)));
      requests.push(...ended);
      return ended;
    },
    async books() {
      const recorded = (await project.requests()).filter(({ body }) => readMarker(body) !== undefined);
      // Scenarios are taken in the order in which requests are recorded.
      const attempts = recorded.map((request, index): UpstreamAttempt => {
        const usage = usages[index];
        if (usage === undefined) throw new Error("the upstream got more requests than were sent");
        return { marker: readMarker(request.body) ?? "", place: 1, kind: "anthropic", plan: "answer", usage, request };
      });
      return { requests: [...requests], attempts };
    },
  };
}

async function askOnce(url: string, marker: string): Promise<ClientRequest> {
  const body = {
    model: "claude-sonnet-5-5",
    max_tokens: 4_096,
    stream: true,
    messages: [{ role: "user", content: `${writeMarker(marker)} How much is it?` }],
  };
  const at = Date.now();
  const answer = await sendMessages(url, body, { ...PINNED, "x-claude-code-session-id": marker });
  const sawEnd = answer.events.some(({ type }) => type === "message_stop");
  const ending = sawEnd ? "whole" : answer.broken ? "broken" : "told";
  const told = answer.status === 200 ? answer.events.at(-1) : answer.json;
  return {
    marker,
    gateway: "behind the front door",
    stream: true,
    at,
    endedAt: Date.now(),
    ending,
    sawEnd,
    status: answer.status,
    ...(ending === "told" ? { failure: `${answer.status} ${JSON.stringify(told)}` } : {}),
  };
}
