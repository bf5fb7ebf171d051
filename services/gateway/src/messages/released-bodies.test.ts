import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { describe, it } from "@jest/globals";

import { breakOff, delta, PREAMBLE } from "../testing/fake-service.ts";
import { STREAMED, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

/** Bytes outside the heap that somebody still holds. */
async function heldBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round += 1) {
    collect();
    // What was collected is given back a turn later.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().arrayBuffers;
}

describe("bodies of requests", () => {
  it("are kept no longer than to the first output, however long a stream lasts", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(breakOff(PREAMBLE + delta("a"), "hang"));
    const body = Buffer.from(JSON.stringify({ ...STREAMED, messages: [{ role: "user", content: "x".repeat(1e6) }] }));
    const before = await heldBytes();
    for (let count = 0; count < 20; count += 1) {
      const request = httpRequest(`${started.gateway.url}/v1/messages`, {
        method: "POST",
        agent: false,
        headers: { "content-type": "application/json", "content-length": body.length },
      });
      request.end(body);
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.on("error", () => {}).resume();
    }
    // The fake service remembers what it got; that is not the gateway's.
    started.services[0]?.requests.splice(0);
    await until(async () => (await heldBytes()) - before < 4e6);
  });
});
