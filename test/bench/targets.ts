import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startMesh } from "../support/start-mesh.ts";
import { type AnswerKind, createBody, createChatBody } from "./request-bodies.ts";

/** One way from the client to the upstream. */
export interface Target {
  name: string;
  /** Where requests are posted. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The body of a request for such an answer. */
  body: (options: { bytes: number; answer: AnswerKind }) => Buffer;
  /** The name of the target that shows what the upstream alone takes for it. */
  baseline: string;
  /** The processes whose CPU and memory count: every hop between client and upstream. */
  pids: readonly number[];
}

export interface Targets {
  /** The upstream alone in both dialects, two bare pipes, the mesh in both families, and a peer where one is named. */
  list: readonly Target[];
  services: readonly { name: string; pid: number }[];
  stop(): Promise<void>;
}

const CREDENTIALS = { "x-api-key": "sk-ant-api03-bench", "anthropic-version": "2023-06-01" };
const ALONE = { messages: "upstream alone", chat: "upstream alone, chat" };
/** What the ratios of CPU are to. */
export const FLOOR = "two bare pipes";

const messagesFor =
  (model: string): Target["body"] =>
  (options) =>
    createBody({ ...options, model });
const askClaude = messagesFor("claude-opus-5-5");
const askTranslated = messagesFor("gpt-4.1");
const askChat: Target["body"] = (options) => createChatBody({ ...options, model: "gpt-4.1" });

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
  const throughMesh = (provider: string, service: string): Pick<Target, "url" | "headers" | "pids"> => ({
    url: `${mesh.url}/v1/messages`,
    headers: { ...CREDENTIALS, "x-switchyard-provider": provider },
    pids: [mesh.pidOf("gateway"), mesh.pidOf(service)],
  });
  const messages = { headers: CREDENTIALS, body: askClaude, baseline: ALONE.messages };
  const chat = { body: askChat, baseline: ALONE.chat };
  const peer = process.env["BENCH_PEER_URL"];
  const list: Target[] = [
    { ...messages, name: ALONE.messages, url: `${urls.anthropic}/v1/messages`, pids: [] },
    {
      ...chat,
      name: ALONE.chat,
      url: `${urls.openai}/v1/chat/completions`,
      headers: { authorization: "Bearer sk-bench" },
      pids: [],
    },
    { ...messages, name: FLOOR, url: `${outer.ready["url"] ?? ""}/v1/messages`, pids: [inner.pid, outer.pid] },
    { ...messages, name: "mesh, Messages", ...throughMesh("anthropic", "anthropic") },
    { ...chat, name: "mesh, translated", ...throughMesh("openai", "openai-compatible"), body: askTranslated },
    ...(peer
      ? [
          {
            ...messages,
            name: "peer",
            url: `${peer}/v1/messages`,
            body: messagesFor(process.env["BENCH_PEER_MODEL"] ?? "claude-opus-5-5"),
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
