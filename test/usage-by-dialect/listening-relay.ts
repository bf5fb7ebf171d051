import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** Passes everything on and keeps what was answered. */
export interface ListeningRelay {
  /** "http://127.0.0.1:<port>". */
  readonly url: string;
  /** The body of the last answer. */
  lastAnswer(): string;
  close(): Promise<void>;
}

export async function startListeningRelay(target: string): Promise<ListeningRelay> {
  let last: Buffer[] = [];
  const server = http.createServer((request, response) => {
    const { method, headers } = request;
    const onward = http.request(`${target}${request.url ?? ""}`, {
      agent: false,
      headers,
      ...(method ? { method } : {}),
    });
    onward.on("response", (answer) => {
      last = [];
      answer.on("data", (chunk: Buffer) => last.push(chunk));
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", (error) => response.destroy(error));
    request.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastAnswer: () => Buffer.concat(last).toString("utf8"),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
