import { startSimulator, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import { startMesh, type TestMesh } from "../support/start-mesh.ts";

/** One model per tier, so that the next candidate is the next provider. */
export interface KindUnderTest {
  kind: SimulatorKind;
  /** The upstream's id of the model that is tried first. */
  model: string;
  /** What the client asks for. */
  ask: string;
}

/** A mesh of two providers: the one under test goes first, the other one must save the day. */
export interface ChaosRig {
  readonly mesh: TestMesh;
  readonly primary: Simulator;
  readonly backup: Simulator;
  /** Ends what rests after the last failure, and forgets scripts and requests. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

export const FIRST_OUTPUT_SECONDS = 1.5;
/** An answer that is not streamed is silent until it is whole: only the time for the whole of it ends the wait. */
export const TOTAL_SECONDS = 3;

export async function createChaosRig({ kind, model }: KindUnderTest): Promise<ChaosRig> {
  const backupKind: SimulatorKind = kind === "anthropic" ? "vertex" : "anthropic";
  const [primary, backup] = await Promise.all([startSimulator(kind), startSimulator(backupKind)]);
  const mesh = await startMesh({
    simulators: { [kind]: primary.url, [backupKind]: backup.url },
    config: {
      gateway: { routing_strategy: "priority", substitution: "by_strategy", fallback_delay: 0.01, early_headers: 10 },
      timeouts: { first_output: FIRST_OUTPUT_SECONDS, idle: FIRST_OUTPUT_SECONDS },
      max_retries: 0,
      providers: [
        {
          name: kind,
          priority: 1,
          timeouts: { total: TOTAL_SECONDS },
          models: { big: [model], middle: [model], small: [model] },
        },
        { name: backupKind, priority: 2 },
      ],
    },
  });
  return {
    mesh,
    primary,
    backup,
    async recover() {
      primary.reset();
      const answer = await fetch(`${mesh.url}/api/providers/${kind}/test`, { method: "POST" });
      if (!answer.ok) throw new Error(`${kind} does not answer: ${await answer.text()}`);
      await untilNothingRests(mesh.url, kind);
      primary.reset();
      backup.reset();
    },
    async close() {
      await mesh.stop();
      await Promise.all([primary.close(), backup.close()]);
    },
  };
}

/** A 429 rests until its own retry-after. */
type Troubles = Record<"resting" | "returning" | "breakers", { provider: string }[]>;

/** Until it gets all of its traffic again: after a limit it comes back step by step. */
async function untilNothingRests(url: string, provider: string): Promise<void> {
  for (;;) {
    const stats = (await (await fetch(`${url}/stats`)).json()) as { router_stats: Troubles };
    const { resting, returning, breakers } = stats.router_stats;
    if (![...resting, ...returning, ...breakers].some((trouble) => trouble.provider === provider)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
