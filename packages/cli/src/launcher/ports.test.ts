import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { describeBusyPort, findBusyPorts } from "./ports.ts";

describe("findBusyPorts", () => {
  const open: Server[] = [];
  afterEach(() => open.splice(0).forEach((server) => server.close()));

  async function occupy(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    open.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  it("names the services whose port somebody else holds, and only those", async () => {
    const port = await occupy();
    const busy = { name: "vertex", port, variable: "VERTEX_PORT" };
    expect(await findBusyPorts([{ name: "gateway", port: 0, variable: "GATEWAY_PORT" }, busy], "127.0.0.1")).toEqual([
      busy,
    ]);
  });

  it("says whose port it is and how to move it", () => {
    expect(describeBusyPort({ name: "vertex", port: 8081, variable: "VERTEX_PORT" })).toBe(
      "Port 8081 (vertex) is in use by another program. Stop that program, or set VERTEX_PORT to a free port.",
    );
  });
});
