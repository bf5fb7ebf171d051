import Anthropic, { type ClientOptions } from "@anthropic-ai/sdk";
import { SIMULATOR_KINDS, startSimulator, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import { startMesh, type TestMesh } from "../support/start-mesh.ts";

/** Every kind of provider, in each dialect that its service speaks, and the model that is asked for there. */
export const SDK_TARGETS: readonly SdkTarget[] = [
  { kind: "anthropic", model: "claude-opus-5-5", thinks: true },
  { kind: "vertex", model: "claude-opus-5-5", thinks: true, versions: false },
  { kind: "vertex", model: "google/gemini-4-argon", thinks: false },
  { kind: "github-models", model: "openai/gpt-4.1", thinks: false },
  { kind: "openrouter", model: "anthropic/claude-opus-5.5", thinks: true },
  { kind: "openrouter", model: "openai/gpt-6.1-sol", thinks: true },
  { kind: "openai", model: "gpt-6.1-sol", thinks: true },
  { kind: "openai", model: "gpt-4.1", thinks: false },
  { kind: "azure", model: "gpt-6.1-sol", thinks: true },
  { kind: "gemini", model: "gemini-4-argon", thinks: false },
  { kind: "deepseek", model: "deepseek-v4-pro", thinks: true },
  { kind: "ollama", model: "qwen3-coder", thinks: false, versions: false },
];

export interface SdkTarget {
  kind: SimulatorKind;
  model: string;
  /** The upstream shows its thinking. */
  thinks: boolean;
  /** false: the endpoint has one version of its own, whatever is asked for, and its bytes are passed on. */
  versions?: false;
}

/** What this mesh wants of its clients. */
export const CLIENT_KEY = "the-clients-own-key";

/** Where the SDK knocks: at the gateway, which is told the provider, or at the provider's own service. */
export type Door = "gateway" | "service";

export interface SdkRig {
  readonly mesh: TestMesh;
  simulator(kind: SimulatorKind): Simulator;
  client(door: Door, kind: SimulatorKind, options?: ClientOptions): Anthropic;
  close(): Promise<void>;
}

/** One mesh over all simulators, which asks only for the model that is named. */
export async function startSdkRig(): Promise<SdkRig> {
  const simulators = new Map(
    await Promise.all(SIMULATOR_KINDS.map(async (kind) => [kind, await startSimulator(kind)] as const)),
  );
  const closeSimulators = () => Promise.all([...simulators.values()].map((simulator) => simulator.close()));
  const mesh = await startMesh({
    simulators: Object.fromEntries([...simulators].map(([kind, { url }]) => [kind, url])),
    env: { SWITCHYARD_CLIENT_KEY: CLIENT_KEY },
    // These cases fail one after the other on purpose: no breaker may come between them.
    config: { max_retries: 0, gateway: { substitution: "never" }, circuit_breaker: { failure_threshold: 1000 } },
  }).catch(async (error: unknown) => {
    await closeSimulators();
    throw error;
  });
  return {
    mesh,
    simulator(kind) {
      const found = simulators.get(kind);
      if (found === undefined) throw new Error(`no simulator of ${kind}`);
      return found;
    },
    client: (door, kind, options) =>
      new Anthropic({
        apiKey: CLIENT_KEY,
        baseURL: door === "gateway" ? mesh.url : (mesh.serviceUrls[kind] ?? ""),
        ...(door === "gateway" ? { defaultHeaders: { "x-switchyard-provider": kind } } : {}),
        ...options,
      }),
    async close() {
      await mesh.stop();
      await closeSimulators();
    },
  };
}
