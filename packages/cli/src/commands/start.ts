import process from "node:process";
import { describeSettings, loadSettings, type Settings } from "@switchyard/service-kit";
import { gatewayUrl } from "../launcher/gateway-url.ts";
import { UnknownServiceError } from "../launcher/choose-services.ts";
import { launchMesh, BusyPortError, type Mesh } from "../launcher/launch-mesh.ts";
import { launchSimulators, type LaunchedSimulators } from "../launcher/launch-simulators.ts";
import { COST_WORKER, ledgerRow } from "../launcher/ledger-row.ts";
import { renderStartBox, type StartBox } from "../launcher/start-box.ts";
import { EXIT, tellFailure } from "../tell-failure.ts";
import { VERSION } from "../version.ts";

export interface StartOptions {
  /** Simulated upstreams even where credentials are set. */
  demo: boolean;
  /** Names of the services to start, with commas; absent: all. */
  only?: string;
}

/** Runs the whole mesh on this machine until Ctrl-C. */
export async function start(options: StartOptions): Promise<void> {
  const env: Record<string, string | undefined> = { ...process.env, ...(options.demo ? { SWITCHYARD_DEMO: "1" } : {}) };
  const cwd = process.cwd();
  let simulators: LaunchedSimulators | undefined;
  let mesh: Mesh | undefined;
  const endOnSignals = stopOnSignals({
    stop: async () => {
      await mesh?.stop();
      await simulators?.stop();
    },
    kill: () => {
      mesh?.kill();
      simulators?.kill();
    },
  });
  try {
    let settings = loadSettings({ cwd, env });
    if (settings.demo) {
      simulators = await launchSimulators({ env, cwd });
      Object.assign(env, simulators.env);
      settings = loadSettings({ cwd, env });
    }
    const colour = process.stdout.isTTY && env["NO_COLOR"] === undefined;
    const only = options.only?.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
    mesh = await launchMesh({ settings, env, cwd, write, colour, ...(only === undefined ? {} : { only }) });
    write(renderStartBox({ ...toStartBox(settings, mesh, only), ownKeys: await asksForKey(settings) }, colour));
  } catch (error) {
    if (endOnSignals.stopping()) return;
    mesh?.kill();
    simulators?.kill();
    endOnSignals.release();
    fail(error);
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function toStartBox(settings: Settings, { late }: Mesh, only: readonly string[] | undefined): StartBox {
  const notices = settings.warnings.map(({ path, problem, remedy }) => {
    const sentence = /[.?!]$/.test(problem) ? problem : `${problem}.`;
    return `${path}: ${sentence} ${remedy}`;
  });
  return {
    version: VERSION,
    gateway: gatewayUrl(settings),
    demo: settings.demo,
    rows: [ledgerRow(settings, late.includes(COST_WORKER)), ...describeSettings(settings)],
    clientKeyVariable: settings.gateway.clientKeys.length > 0 ? "SWITCHYARD_CLIENT_KEY" : undefined,
    notices: only === undefined ? notices : [...notices, ...noticesOfPart(settings, only)],
  };
}

/** Whether clients have keys of their own: those of the settings, or those in the books, which the gateway knows. */
async function asksForKey(settings: Settings): Promise<boolean> {
  if (settings.clients.length > 0) return true;
  try {
    const answer = await fetch(`${gatewayUrl(settings)}/info`, {
      signal: AbortSignal.timeout(2000),
      redirect: "error",
    });
    await answer.body?.cancel();
    return answer.status === 401;
  } catch {
    return false;
  }
}

/** The rest of the mesh runs elsewhere, and both have to trust each other. */
function noticesOfPart({ innerToken }: Settings, only: readonly string[]): string[] {
  const started = `Started here: ${only.join(", ")}.`;
  return innerToken === undefined
    ? [started, "Set SWITCHYARD_INNER_TOKEN, the same for every part: else they refuse each other."]
    : [started];
}

function fail(error: unknown): void {
  const told = tellFailure(error) ?? {
    text: `${error instanceof Error ? error.message : String(error)}\n`,
    exitCode: exitCodeOf(error),
  };
  process.stderr.write(told.text);
  process.exitCode = told.exitCode;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UnknownServiceError) return EXIT.usage;
  return error instanceof BusyPortError ? EXIT.unavailable : 1;
}

/** First signal: an orderly end. Second: at once. */
function stopOnSignals(target: { stop: () => Promise<void>; kill: () => void }) {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) {
      target.kill();
      process.exit(130);
    }
    stopping = true;
    process.stdout.write("Stopping; open streams get a few seconds. Once more ends everything at once.\n");
    target.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    stopping: () => stopping,
    release: () => {
      process.removeListener("SIGINT", onSignal);
      process.removeListener("SIGTERM", onSignal);
    },
  };
}
