import { once } from "node:events";
import http from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { loadSettings, type ProviderSettings } from "@switchyard/service-kit";
import { startSimulator, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import { SIMULATED } from "../../support/start-mesh.ts";
import { createFakeKey } from "../fake-key.ts";
import { playModel } from "./play-model.ts";

/** An answer on its way out, to be changed. */
export interface PassingAnswer {
  path: string;
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** What stands in for a real upstream: a simulator that plays a model, behind a proxy that makes it differ. */
export interface StandIn {
  readonly settings: ProviderSettings;
  readonly simulator: Simulator;
  close(): Promise<void>;
}

/** `distort` changes answers in place; default: none is changed. */
export async function startStandIn(
  kind: SimulatorKind,
  distort: (answer: PassingAnswer) => void = () => {},
): Promise<StandIn> {
  const simulator = await startSimulator(kind, {
    brain: playModel,
    ...(kind === "ollama" ? {} : { credentials: [createFakeKey(kind, "real")] }),
  });
  const server = http.createServer((request, response) => {
    void relay(request, response, { to: simulator.url, distort });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const settings = readSettings(kind, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    settings,
    simulator,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await simulator.close();
    },
  };
}

async function relay(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { to, distort }: { to: string; distort: (answer: PassingAnswer) => void },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const upstream = await fetch(`${to}${request.url ?? ""}`, {
    method: request.method ?? "GET",
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        ["host", "connection", "content-length"].includes(name) ? [] : [[name, String(value)]],
      ),
    ),
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  });
  const {
    "content-length": _length,
    "transfer-encoding": _encoding,
    ...headers
  } = Object.fromEntries(upstream.headers);
  const answer = { path: request.url ?? "", status: upstream.status, headers, text: await upstream.text() };
  distort(answer);
  response.writeHead(answer.status, answer.headers).end(answer.text);
}

/** As the environment of somebody who has this key would be read. */
function readSettings(kind: SimulatorKind, url: string): ProviderSettings {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-live-"));
  try {
    const key = createFakeKey(kind, "real");
    const env = Object.fromEntries(
      Object.entries(SIMULATED[kind]?.(url) ?? {}).map(([name, value]) => [
        name,
        /_(?:KEY|TOKEN)$/.test(name) ? key : value,
      ]),
    );
    const found = loadSettings({ cwd, env: { ...env, SWITCHYARD_DEMO: "0" } }).providers.find(
      ({ name }) => name === kind,
    );
    if (found === undefined) throw new Error(`the settings have no provider ${kind}`);
    return found;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
