import { once } from "node:events";
import { type IncomingMessage, type RequestListener, type ServerResponse, get } from "node:http";

import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import { NO_USAGE, createSseFramer, framesOf } from "@switchyard/wire";

import { awaitCommit } from "./await-commit.ts";

import { STREAM_HEADERS } from "./error-event.ts";
import { type PumpOptions, type StreamOutcome, pump } from "./pump.ts";
import { ANSWER, BLOCK, END, ERROR, PATIENT, read, START, text, useServers } from "./testing/relay-fixtures.ts";

const { serve } = useServers();

interface Relay {
  url: string;
  outcome: Promise<StreamOutcome>;
}

/** A relay in front of an upstream, both on real sockets. */
async function relayTo(upstream: RequestListener, options: Partial<PumpOptions> = {}): Promise<Relay> {
  const upstreamUrl = await serve(upstream);
  let resolve: (outcome: StreamOutcome) => void;
  const outcome = new Promise<StreamOutcome>((done) => {
    resolve = done;
  });
  const relay = async (source: IncomingMessage, response: ServerResponse): Promise<void> => {
    const result = await awaitCommit({ source, timeouts: PATIENT });
    if (result.kind !== "committed") throw new Error("The relay did not commit.");
    response.writeHead(200, STREAM_HEADERS);
    resolve(await pump(result.stream, response, { idleMs: 5000, deadline: performance.now() + 5000, ...options }));
  };
  const url = await serve((_request, response) => {
    get(upstreamUrl, { agent: false }, (source) => void relay(source, response));
  });
  return { url, outcome };
}

const CUTS = framesOf(createSseFramer().push(Buffer.from(ANSWER))).map(String);

describe("pump", () => {
  it("forwards every byte and ends cleanly at message_stop", async () => {
    const relay = await relayTo((_request, response) => void response.end(ANSWER));
    expect(await read(relay.url)).toMatchObject({ body: ANSWER, complete: true });
    expect(await relay.outcome).toEqual({
      finished: true,
      clientGone: false,
      stopReason: "end_turn",
      usage: { ...NO_USAGE, uncachedInput: 7, output: 9, estimated: false },
    });
  });

  it("ends at message_stop although the upstream keeps its connection, and closes that then", async () => {
    let upstream: ServerResponse | undefined;
    const relay = await relayTo((_request, response) => {
      upstream = response;
      response.write(ANSWER);
    });
    expect((await read(relay.url)).body).toBe(ANSWER);
    if (upstream?.destroyed === false) await once(upstream, "close");
    expect(upstream?.writableFinished).toBe(false);
  });

  it.each(CUTS.slice(3, -1).map((_frame, index) => index + 4))(
    "says a cut after event %d in exactly one error event, never a clean end",
    async (count) => {
      const sent = CUTS.slice(0, count).join("");
      for (const manner of ["end", "destroy"] as const) {
        const relay = await relayTo((_request, response) => {
          // Half an event more: it must not be forwarded.
          response.write(sent + CUTS[count]?.slice(0, 12), () =>
            manner === "end" ? response.end() : response.destroy(),
          );
        });
        const { body } = await read(relay.url);
        expect(body.startsWith(sent)).toBe(true);
        const more = framesOf(createSseFramer().push(Buffer.from(body.slice(sent.length))));
        expect(more.map(String)).toEqual([expect.stringContaining('event: error\ndata: {"type":"error"')]);
        expect(await relay.outcome).toMatchObject({
          finished: false,
          failure: "truncated",
          usage: { uncachedInput: 7 },
        });
      }
    },
  );

  it("forwards the upstream's own error event as the one that ends the stream", async () => {
    const relay = await relayTo((_request, response) => void response.end(START + BLOCK + text("a") + ERROR + END));
    expect((await read(relay.url)).body).toBe(START + BLOCK + text("a") + ERROR);
    expect(await relay.outcome).toMatchObject({ finished: false, failure: "overloaded", error: { message: "busy" } });
  });

  it("ends an answer that begins anew after output", async () => {
    const relay = await relayTo((_request, response) => void response.end(START + BLOCK + text("a") + ANSWER));
    const { body } = await read(relay.url);
    expect(body.match(/message_start/g)).toHaveLength(2);
    expect(body).toContain("began its answer anew");
    expect(body).not.toContain("Hello");
  });

  it("ends with timeout_error when the upstream falls silent, pings until then", () =>
    whenQuiet(async () => {
      const relay = await relayTo((_request, response) => void response.write(START + BLOCK + text("a")), {
        idleMs: 120,
        pingIntervalMs: 25,
      });
      const { body } = await read(relay.url);
      expect(body.match(/event: ping/g)?.length).toBeGreaterThan(1);
      expect(body.match(/event: error/g)).toHaveLength(1);
      expect(body).toContain('"timeout_error"');
      expect(await relay.outcome).toMatchObject({ failure: "timeout" });
    }));

  it("ends with timeout_error at the deadline although the upstream goes on", () =>
    whenQuiet(async () => {
      const relay = await relayTo(
        (_request, response) => {
          response.write(START + BLOCK);
          const timer = setInterval(() => response.write(text("a")), 5);
          response.once("close", () => clearInterval(timer));
        },
        { deadline: performance.now() + 150 },
      );
      expect((await read(relay.url)).body).toMatch(/timeout_error[^\n]*\n\n$/);
    }));

  it("ends with overloaded_error at a shutdown", async () => {
    const relay = await relayTo((_request, response) => void response.write(START + BLOCK + text("a")), {
      onShutdown: (hook) => {
        const shutDown = setImmediate(hook);
        return () => clearImmediate(shutDown);
      },
    });
    const reading = read(relay.url);
    const { error } = await relay.outcome;
    expect(error?.type).toBe("overloaded_error");
    expect((await reading).body).toMatch(/^event: error\ndata: .*overloaded_error.*\n\n$/m);
  });

  it("ends the upstream within 100 ms when the client leaves", () =>
    whenQuiet(async () => {
      let left: Promise<unknown> | undefined;
      const relay = await relayTo((_request, response) => {
        left = once(response, "close");
        response.write(START + BLOCK + text("a"));
      });
      const request = get(relay.url, { agent: false });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.on("error", () => {});
      await once(response, "data");
      const at = performance.now();
      request.destroy();
      await left;
      expect(performance.now() - at).toBeLessThan(100);
      expect(await relay.outcome).toMatchObject({ finished: false, clientGone: true });
    }));

  it("reads no faster than the client", async () => {
    let written = 0;
    const relay = await relayTo((_request, response) => {
      response.write(START + BLOCK);
      const chunk = text("x".repeat(60_000));
      const more = (): void => {
        while (written < 64e6) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end(END);
      };
      more();
    });
    const [response] = (await once(get(relay.url, { agent: false }), "response")) as [IncomingMessage];
    // What sockets hold by themselves settles; then nothing moves until the client reads.
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(40e6);
    response.resume();
    await once(response, "close");
    expect(await relay.outcome).toMatchObject({ finished: true });
  });

  it("tells what the answer took before message_stop goes out", async () => {
    const noted: number[] = [];
    const relay = await relayTo((_request, response) => void response.end(ANSWER), {
      beforeStop: ({ output }) => noted.push(output),
    });
    await read(relay.url);
    expect(noted).toEqual([9]);
  });
});
