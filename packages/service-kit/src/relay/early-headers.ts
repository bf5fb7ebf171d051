import type { ServerResponse } from "node:http";

import { PING_EVENT, STREAM_HEADERS } from "./error-event.ts";

export interface EarlyHeadersOptions {
  /** ms without an answer until the head of a stream is sent all the same: the client's patience is finite. */
  afterMs: number;
  pingIntervalMs: number;
  /** Headers besides those of any stream, asked for when it happens. */
  headers?: () => Readonly<Record<string, string>>;
}

export interface EarlyHeaders {
  /** The head is out: only events can be said from now on. */
  readonly sent: boolean;
  /** Ends waiting and pinging. */
  stop(): void;
}

/**
 * Sends the head of a stream and pings while candidates are still being tried. Nothing of this is an
 * answer yet: another candidate can still give it.
 */
export function createEarlyHeaders(response: ServerResponse, options: EarlyHeadersOptions): EarlyHeaders {
  let sent = false;
  let pings: NodeJS.Timeout | undefined;
  const ping = (): void => {
    if (!response.destroyed && !response.writableEnded && !response.writableNeedDrain) response.write(PING_EVENT);
  };
  const timer = setTimeout(() => {
    if (response.headersSent || response.destroyed) return;
    sent = true;
    response.writeHead(200, { ...STREAM_HEADERS, ...options.headers?.() });
    ping();
    pings = setInterval(ping, options.pingIntervalMs);
  }, options.afterMs);
  return {
    get sent() {
      return sent;
    },
    stop: () => {
      clearTimeout(timer);
      clearInterval(pings);
    },
  };
}
