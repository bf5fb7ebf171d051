import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { describeBusyPorts, findBusyPorts } from "./ports.ts";

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

  const GATEWAY = { name: "gateway", port: 8080, variable: "GATEWAY_PORT" };
  const VERTEX = { name: "vertex", port: 8081, variable: "VERTEX_PORT" };
  const OTHERS =
    "Port 8080 (gateway) is in use by another program. Stop that program, or set GATEWAY_PORT to a free port.\n" +
    "Port 8081 (vertex) is in use by another program. Stop that program, or set VERTEX_PORT to a free port.";

  async function answering(body: unknown): Promise<string> {
    const server = createHttpServer((_request, response) => response.end(JSON.stringify(body)));
    open.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("says whose port it is and how to move it", async () => {
    const closed = `http://127.0.0.1:${await occupy()}`;
    open.splice(0).forEach((server) => server.close());
    expect(await describeBusyPorts([GATEWAY, VERTEX], closed)).toBe(OTHERS);
  });

  it.each([[{ status: "ok" }], [null], ["hello"]])(
    "takes what answers %j on the port for another program",
    async (body) => {
      expect(await describeBusyPorts([GATEWAY, VERTEX], await answering(body))).toBe(OTHERS);
    },
  );

  it("knows a mesh that runs already, and says so in place of a line for each of its ports", async () => {
    const gateway = await answering({ status: "healthy", version: "0.1.0", providers: {} });
    expect(await describeBusyPorts([GATEWAY, VERTEX], gateway)).toBe(
      `A mesh runs already at ${gateway}: "npm run mesh -- status" shows it, and it ends by Ctrl-C where it was started.\n` +
        "For a second one beside it set SWITCHYARD_STATE_DIRECTORY to a folder of its own, and free ports: GATEWAY_PORT, VERTEX_PORT.",
    );
  });
});
