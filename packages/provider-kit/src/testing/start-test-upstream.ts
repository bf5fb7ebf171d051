import http from "node:http";
import type { AddressInfo } from "node:net";

export interface UpstreamRequestSeen {
  method: string;
  /** Path and query. */
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface UpstreamReply {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
}

/** A small upstream on a free port that answers what the test says, for checks and listings. */
export interface TestUpstream {
  readonly url: string;
  readonly requests: UpstreamRequestSeen[];
  /** undefined: no answer at all, the connection stays open. */
  answerWith(reply: (request: UpstreamRequestSeen) => UpstreamReply | undefined): void;
  close(): Promise<void>;
}

const answerEmpty = (_request: UpstreamRequestSeen): UpstreamReply | undefined => ({ body: {} });

export async function startTestUpstream(): Promise<TestUpstream> {
  const requests: UpstreamRequestSeen[] = [];
  let decide = answerEmpty;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(seen);
      const reply = decide(seen);
      if (reply === undefined) return;
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {});
      response.writeHead(reply.status ?? 200, reply.headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (reply) => {
      decide = reply;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
