import type { HttpClient, SettingsHolder } from "@switchyard/service-kit";
import { type ClientPolicies, HEADERS, type LedgerSpend } from "@switchyard/wire";

import { parseLedgerSpend, parsePolicies } from "./parse-worker-answers.ts";

/** What a gateway asks the cost worker. Every method rejects while it is away, refuses, or says what makes no sense. */
export interface WorkerQuestions {
  /** undefined: the same as at that revision. */
  policies(since: number | undefined): Promise<ClientPolicies | undefined>;
  spend(): Promise<LedgerSpend>;
}

const TIMEOUT_MS = 2000;
const MAX_BYTES = 16 * 1024 * 1024;
const NOT_MODIFIED = 304;

export function createWorkerQuestions({
  settings,
  http,
}: {
  settings: Pick<SettingsHolder, "current">;
  http: Pick<HttpClient, "send">;
}): WorkerQuestions {
  const ask = async (path: string): Promise<unknown> => {
    const { costs, innerToken } = settings.current();
    const answer = await http.send({
      method: "GET",
      url: costs.workerUrl + path,
      headers: {
        accept: "application/json",
        ...(innerToken === undefined ? {} : { [HEADERS.innerToken]: innerToken.reveal() }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new Error(`the cost worker's answer to ${path} is longer than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    if (answer.status === NOT_MODIFIED) return undefined;
    if (answer.status !== 200) throw new Error(`the cost worker answered ${path} with ${answer.status}`);
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  };
  return {
    async policies(since) {
      const told = await ask(since === undefined ? "/clients" : `/clients?since=${since}`);
      return told === undefined ? undefined : parsePolicies(told);
    },
    spend: async () => parseLedgerSpend(await ask("/spend")),
  };
}
