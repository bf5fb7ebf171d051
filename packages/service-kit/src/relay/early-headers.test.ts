import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";

import { createEarlyHeaders } from "./early-headers.ts";

import { read, useServers } from "./testing/relay-fixtures.ts";

const { serve } = useServers();

describe("createEarlyHeaders", () => {
  it("sends head and pings after a while, and nothing when stopped before", () =>
    whenQuiet(async () => {
      const url = await serve((_request, response) => {
        const early = createEarlyHeaders(response, {
          afterMs: 10,
          pingIntervalMs: 10,
          headers: () => ({ "request-id": "r" }),
        });
        setTimeout(() => {
          early.stop();
          response.end(early.sent ? "data: end\n\n" : "");
        }, 100);
      });
      const { body, response } = await read(url);
      expect(response.headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8", "request-id": "r" });
      expect(body).toMatch(/^(event: ping\ndata: {"type":"ping"}\n\n){2,}data: end\n\n$/);
    }));
});
