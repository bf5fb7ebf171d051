import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import type { ClientPolicies, LedgerSpend } from "@switchyard/wire";

/** Something at the cost worker's place that tells keys and sums. */
export interface FakeWorker {
  readonly url: string;
  policies: ClientPolicies;
  spend: LedgerSpend;
  /** Answers with this instead. */
  broken: { status: number; body: string } | undefined;
  readonly asked: { url: string; headers: IncomingHttpHeaders }[];
  close(): void;
}

export async function startFakeWorker(): Promise<FakeWorker> {
  const asked: FakeWorker["asked"] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push({ url, headers: request.headers });
    response.setHeader("content-type", "application/json");
    if (worker.broken !== undefined) {
      response.writeHead(worker.broken.status).end(worker.broken.body);
    } else if (url === "/spend") {
      response.end(JSON.stringify(worker.spend));
    } else if (url === `/clients?since=${worker.policies.revision}`) {
      response.writeHead(304).end();
    } else response.end(JSON.stringify(worker.policies));
  });
  const worker: FakeWorker = {
    url: "",
    policies: { revision: 0, clients: [] },
    spend: { at: 0, sums: [] },
    broken: undefined,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(worker, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
