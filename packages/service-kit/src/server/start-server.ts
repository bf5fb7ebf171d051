import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { ServiceApp } from "../app/create-app.ts";
import { noteArrival } from "../app/request-scope.ts";
import { answerUnreadable } from "./answer-unreadable.ts";
import { type Cleanup, runCleanups } from "./run-cleanups.ts";
import { StartError } from "./start-error.ts";

export interface ServerOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How long running requests may go on after close(), in ms. */
  graceMs: number;
  /** Run after the last request, all of them even if one fails; in order. */
  cleanups?: readonly Cleanup[];
}

export interface RunningServer {
  /** "http://127.0.0.1:8083" */
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, lets running ones end, ends the rest, cleans up. Every call gives the same promise. */
  close(): Promise<void>;
}

/** After streams were told to end they get this long to write their last event. */
const LAST_WORD_MS = 500;

/** Longer than clients (ours, nginx) keep idle sockets, so that it is not us who close under their feet. */
const KEEP_ALIVE_MS = 75_000;

/** @throws StartError when the port is taken or the address is not ours */
export async function startServer(app: ServiceApp, options: ServerOptions): Promise<RunningServer> {
  const server = createServer(
    {
      // Limits for reading a request only: an answer may take as long as it takes.
      headersTimeout: 60_000,
      requestTimeout: 300_000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: 64 * 1024,
    },
    (request, response) => {
      noteArrival(request);
      app.express(request, response);
    },
  );
  server.timeout = 0;
  answerUnreadable(server);
  await listen(server, app.service, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () => (closing ??= closeServer(server, app, options)),
  };
}

function listen(server: Server, service: string, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListenError(error, service, { host, port })));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function explainListenError(
  error: NodeJS.ErrnoException,
  service: string,
  { host, port }: { host: string; port: number },
): StartError {
  const where = `${host}:${port}`;
  const variable = `${service.toUpperCase().replaceAll("-", "_")}_PORT`;
  if (error.code === "EADDRINUSE") {
    return new StartError(
      `${service} cannot listen on ${where}: port ${port} is in use. Stop what listens there, or set PORT (${variable} with npm start) to another.`,
      { cause: error },
    );
  }
  if (error.code === "EACCES") {
    return new StartError(`${service} may not listen on ${where}. Choose a port above 1023.`, { cause: error });
  }
  return new StartError(`${service} cannot listen on ${where}: ${error.message}.`, { cause: error });
}

async function closeServer(server: Server, app: ServiceApp, options: ServerOptions): Promise<void> {
  app.lifecycle.drain();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  // A socket that has just had its last answer becomes idle without anyone telling the server.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  try {
    if (!(await endsWithin(closed, options.graceMs))) {
      app.lifecycle.endRequests();
      if (!(await endsWithin(closed, LAST_WORD_MS))) server.closeAllConnections();
      await closed;
    }
  } finally {
    clearInterval(sweep);
    await runCleanups(options.cleanups ?? []);
  }
}

async function endsWithin(end: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const intime = await Promise.race([end.then(() => true), late]);
  clearTimeout(timer);
  return intime;
}
