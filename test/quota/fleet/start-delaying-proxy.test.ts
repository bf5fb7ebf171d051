import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startDelayingProxy, type DelayingProxy } from "./start-delaying-proxy.ts";

describe("a delaying proxy", () => {
  let echo: Server;
  let proxy: DelayingProxy;
  beforeEach(async () => {
    echo = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
    await once(echo, "listening");
    proxy = await startDelayingProxy((echo.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await proxy.close();
    echo.close();
  });

  it("passes on what it is given, in order and as late as it is told", async () => {
    const client = connect(proxy.port, "127.0.0.1").setEncoding("utf8");
    client.write("quick");
    expect(await once(client, "data")).toEqual(["quick"]);
    proxy.delayMs = 60;
    const started = performance.now();
    client.write("one ");
    setTimeout(() => client.write("two"), 10);
    let text = "";
    while (text !== "one two") text += String(await once(client, "data"));
    expect(performance.now() - started).toBeGreaterThan(115);
    client.destroy();
  });

  it("ends the connection where there is nobody behind it", async () => {
    echo.close();
    const client = connect(proxy.port, "127.0.0.1");
    client.on("error", () => undefined);
    await once(client, "close");
    expect(client.destroyed).toBe(true);
  });
});
