import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createSecret } from "@switchyard/service-kit";

import { costSettings } from "../testing/gateway-settings.ts";
import { type TestMesh, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanups.splice(0)) close();
});

type Asked = Pick<IncomingMessage, "method" | "url" | "headers"> & { body: string };

/** Something at the worker's place that tells what it was asked. */
async function startWorker(answer: (response: ServerResponse) => void): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method, url, headers } = request;
      // What the gateway asks for itself.
      if (url === "/clients" || url === "/spend") return response.writeHead(404).end();
      asked.push({ method, url, headers, body });
      return answer(response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const INNER = "inner-token-of-the-mesh";

async function meshBefore(workerUrl: string): Promise<TestMesh> {
  return mesh(1, { settings: { costs: { ...costSettings(), workerUrl }, innerToken: createSecret(INNER) } });
}

describe("what the cost worker answers, by the gateway's address", () => {
  it("goes there with its query and the mesh's token, and comes back as it is", async () => {
    const csv = "Provider,Total Requests\nanthropic,3\n";
    const worker = await startWorker((response) => response.setHeader("content-type", "text/csv").end(csv));
    const { gateway } = await meshBefore(worker.url);
    const answer = await fetch(`${gateway.url}/api/report?format=csv`, { headers: { "x-api-key": "whatever" } });
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([200, "text/csv", csv]);
    expect(worker.asked[0]).toMatchObject({ method: "GET", url: "/api/report?format=csv" });
    expect(worker.asked[0]?.headers).toMatchObject({ "x-switchyard-inner-token": INNER });
    expect(worker.asked[0]?.headers).not.toHaveProperty("x-api-key");
  });

  it("comes with where its next page is, an address that the gateway has too", async () => {
    const link = '</api/costs?format=csv&limit=1&offset=1>; rel="next"';
    const worker = await startWorker((response) => response.setHeader("link", link).end("provider\n"));
    const { gateway } = await meshBefore(worker.url);
    const answer = await fetch(`${gateway.url}/api/costs?format=csv&limit=1`);
    expect(answer.headers.get("link")).toBe(link);
    await answer.text();
    const next = /<(.*)>/.exec(link)?.[1] ?? "";
    await (await fetch(new URL(next, gateway.url))).text();
    expect(worker.asked.map(({ url }) => url)).toEqual(["/api/costs?format=csv&limit=1", next]);
  });

  it("passes bodies, methods and refusals on", async () => {
    const refusal = { type: "error", error: { type: "invalid_request_error", message: "name: missing" } };
    const worker = await startWorker((response) => response.writeHead(400).end(JSON.stringify(refusal)));
    const { gateway } = await meshBefore(worker.url);
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":1}' };
    const answer = await fetch(`${gateway.url}/api/keys`, init);
    expect([answer.status, await answer.json()]).toEqual([400, refusal]);
    await fetch(`${gateway.url}/api/keys/key-1`, { method: "DELETE" });
    expect(worker.asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "/api/keys", '{"a":1}'],
      ["DELETE", "/api/keys/key-1", ""],
    ]);
  });

  it("is a 503 that says what to do where the worker is away", async () => {
    const { gateway } = await meshBefore("http://127.0.0.1:9");
    const answer = await fetch(`${gateway.url}/api/stats`);
    expect(answer.status).toBe(503);
    const { error } = (await answer.json()) as { error: { type: string; message: string } };
    expect(error.type).toBe("api_error");
    expect(error.message).toContain("COST_WORKER_URL");
  });

  it("a worker that breaks off ends the answer, and the gateway goes on", async () => {
    const worker = await startWorker((response) => {
      response.writeHead(200, { "content-length": "100" }).write("begun", () => response.destroy());
    });
    const { gateway } = await meshBefore(worker.url);
    const read = fetch(`${gateway.url}/api/costs`).then((answer) => answer.text());
    await expect(read).rejects.toThrow();
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });

  it("only whoever holds the admin token comes that far", async () => {
    const worker = await startWorker((response) => response.end("{}"));
    const started = await mesh(1, {
      settings: { costs: { ...costSettings(), workerUrl: worker.url } },
      gateway: { adminToken: createSecret("the-admin-token") },
    });
    expect((await fetch(`${started.gateway.url}/api/keys`)).status).toBe(401);
    expect(worker.asked).toHaveLength(0);
  });
});
