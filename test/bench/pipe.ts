/** A bare node:http pipe: the floor for one hop in Node. `node pipe.ts <target>` prints its URL. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

const target = new URL(process.argv[2] ?? "");
const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

const server = http.createServer((request, response) => {
  const upstream = http.request(
    {
      agent,
      host: target.hostname,
      port: target.port,
      path: request.url,
      method: request.method,
      headers: request.headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    },
  );
  upstream.on("error", () => response.destroy());
  response.on("close", () => void (response.writableFinished || upstream.destroy()));
  request.pipe(upstream);
});
server.listen(0, "127.0.0.1", () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
);
process.on("disconnect", () => process.exit(0));
