import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createSecret, type GatewaySettings } from "@switchyard/service-kit";

import { MINIMAL, useMeshes } from "../testing/test-mesh.ts";

const start = useMeshes();
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** The gateway's routes behind a door of this machine whose callers seem to come from a container's network. */
async function startDoor(gateway: Partial<GatewaySettings>): Promise<string> {
  const mesh = await start(1, { gateway });
  const door = createServer((request, response) => {
    Object.defineProperty(request.socket, "remoteAddress", { value: "172.18.0.9" });
    mesh.gateway.express(request, response);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  open.push(() => void door.close());
  return `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
}

async function ask(url: string, path = "/v1/messages", headers: Record<string, string> = {}): Promise<number> {
  const all = { "content-type": "application/json", connection: "close", ...headers };
  const raw = httpRequest(url + path, { method: "POST", agent: false, headers: all });
  raw.end(JSON.stringify(MINIMAL));
  const [response] = (await once(raw, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode ?? 0;
}

describe("a caller of another machine", () => {
  it("may not ask without a key, nor administer", async () => {
    const url = await startDoor({});
    expect(await ask(url)).toBe(401);
    expect(await ask(url, "/admin/route")).toBe(401);
  });

  it("may ask where the deployment guards the door, still not administer, and still not under a foreign name", async () => {
    const url = await startDoor({ openToNetwork: true });
    expect(await ask(url)).toBe(200);
    expect(await ask(url, "/v1/messages", { "x-api-key": "any" })).toBe(200);
    expect(await ask(url, "/admin/route")).toBe(401);
    expect(await ask(url, "/v1/messages", { host: "attacker.example" })).toBe(403);
    expect(await ask(url, "/v1/messages", { origin: "https://evil.example" })).toBe(403);
  });

  it("needs the key where there is one, whatever the deployment says", async () => {
    const url = await startDoor({ openToNetwork: true, clientKeys: [createSecret("the-key")] });
    expect(await ask(url)).toBe(401);
    expect(await ask(url, "/v1/messages", { "x-api-key": "the-key" })).toBe(200);
  });
});
