import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { getCACertificates } from "node:tls";

import type { OutboundSettings } from "../settings/settings.ts";

/** Longer than this an idle socket is not kept; shorter than what our own servers keep. */
const IDLE_SOCKET_MS = 60_000;

export interface Agents {
  /** Pooled sockets. */
  pooled: { http: http.Agent; https: https.Agent };
  /** A socket of its own for each request: for the repeat after a pooled one had gone stale. */
  fresh: { http: http.Agent; https: https.Agent };
  /** ms for which a pooled socket had lain idle before it was taken again. */
  idleBefore(socket: Socket): number;
  close(): void;
}

export function createAgents(outbound: OutboundSettings | undefined): Agents {
  const proxyEnv = toProxyEnvironment(outbound);
  const ca = outbound?.extraCaFile === undefined ? undefined : readCertificates(outbound.extraCaFile);
  const create = (keepAlive: boolean) => {
    const options: http.AgentOptions = {
      keepAlive,
      ...(keepAlive ? { timeout: IDLE_SOCKET_MS } : {}),
      ...(proxyEnv === undefined ? {} : { proxyEnv }),
    };
    return {
      http: new http.Agent(options),
      https: new https.Agent({ ...options, ...(ca === undefined ? {} : { ca }) }),
    };
  };
  const pooled = create(true);
  const fresh = create(false);
  const freedAt = new WeakMap<Socket, number>();
  const noteFreed = (socket: Socket) => freedAt.set(socket, performance.now());
  pooled.http.on("free", noteFreed);
  pooled.https.on("free", noteFreed);
  return {
    pooled,
    fresh,
    idleBefore: (socket) => performance.now() - (freedAt.get(socket) ?? performance.now()),
    close: () => {
      for (const { http: plain, https: secure } of [pooled, fresh]) {
        plain.destroy();
        secure.destroy();
      }
    },
  };
}

function toProxyEnvironment(outbound: OutboundSettings | undefined): NodeJS.ProcessEnv | undefined {
  if (outbound?.httpsProxy === undefined && outbound?.httpProxy === undefined) return undefined;
  return {
    ...(outbound.httpsProxy === undefined ? {} : { HTTPS_PROXY: outbound.httpsProxy.reveal() }),
    ...(outbound.httpProxy === undefined ? {} : { HTTP_PROXY: outbound.httpProxy.reveal() }),
    // This machine is never reached through a proxy.
    NO_PROXY: [outbound.noProxy, "localhost", "127.0.0.1", "::1", "[::1]"]
      .filter((host) => host !== undefined)
      .join(","),
  };
}

function readCertificates(file: string): string[] {
  return [...getCACertificates("default"), readFileSync(file, "utf8")];
}
