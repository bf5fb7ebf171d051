import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startMesh } from "../support/start-mesh.ts";

/** One way from the client to the upstream. */
export interface Target {
  name: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  model: string;
  /** The processes whose CPU and memory count: every hop between client and upstream. */
  pids: readonly number[];
}

export interface Targets {
  /** The upstream alone, two bare pipes, the mesh in both families, and a peer where one is named. */
  list: readonly Target[];
  services: readonly { name: string; pid: number }[];
  stop(): Promise<void>;
}

const CLAUDE = "claude-opus-5-5";
const TRANSLATED = "gpt-4.1";
const CREDENTIALS = { "x-api-key": "sk-ant-api03-bench", "anthropic-version": "2023-06-01" };

export async function startTargets(): Promise<Targets> {
  const upstream = await startProcess("upstream.ts", []);
  const urls = upstream.ready as { anthropic: string; openai: string };
  const inner = await startProcess("pipe.ts", [urls.anthropic]);
  const outer = await startProcess("pipe.ts", [inner.ready["url"] ?? ""]);
  const mesh = await startMesh({
    simulators: urls,
    config: { gateway: { max_concurrent_requests: 5000 } },
    env: { LOG_LEVEL: "error" },
  });
  const throughMesh = (name: string, provider: string, options: { service: string; model: string }): Target => ({
    name,
    url: mesh.url,
    headers: { ...CREDENTIALS, "x-switchyard-provider": provider },
    model: options.model,
    pids: [mesh.pidOf("gateway"), mesh.pidOf(options.service)],
  });
  const peer = process.env["BENCH_PEER_URL"];
  const list: Target[] = [
    { name: "upstream alone", url: urls.anthropic, headers: CREDENTIALS, model: CLAUDE, pids: [] },
    {
      name: "two bare pipes",
      url: outer.ready["url"] ?? "",
      headers: CREDENTIALS,
      model: CLAUDE,
      pids: [inner.pid, outer.pid],
    },
    throughMesh("mesh, Messages", "anthropic", { service: "anthropic", model: CLAUDE }),
    throughMesh("mesh, translated", "openai", { service: "openai-compatible", model: TRANSLATED }),
    ...(peer
      ? [
          {
            name: "peer",
            url: peer,
            headers: CREDENTIALS,
            model: process.env["BENCH_PEER_MODEL"] ?? CLAUDE,
            pids: readPids(),
          },
        ]
      : []),
  ];
  return {
    list,
    services: mesh.mesh.services.map(({ name }) => ({ name, pid: mesh.pidOf(name) })),
    async stop() {
      await mesh.stop();
      for (const { child } of [outer, inner, upstream]) child.kill();
    },
  };
}

/** BENCH_PEER_PIDS="1,2": the processes of the peer, where its CPU is to be counted. */
function readPids(): number[] {
  return (process.env["BENCH_PEER_PIDS"] ?? "").split(",").flatMap((text) => (text ? [Number(text)] : []));
}

async function startProcess(
  file: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; pid: number; ready: Record<string, string> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  if (!child.stdout || child.pid === undefined) throw new Error(`${file} could not be started`);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, pid: child.pid, ready: JSON.parse(line) as Record<string, string> };
}
