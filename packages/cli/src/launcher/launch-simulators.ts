import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../../simulators/src/main.ts", import.meta.url));

export interface LaunchedSimulators {
  /** Variables that point each provider service at its simulator. */
  env: Record<string, string>;
  stop(): Promise<void>;
  kill(): void;
}

/** Starts every simulated upstream in one process; resolves once all of them listen. */
export async function launchSimulators(options: {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Default: loopback. */
  host?: string;
  /** Port by kind; default: any that is free. */
  ports?: Readonly<Record<string, number>>;
}): Promise<LaunchedSimulators> {
  const child = spawn(
    process.execPath,
    [ENTRY, "--demo", "--host", options.host ?? "127.0.0.1", "--ports", JSON.stringify(options.ports ?? {})],
    {
      cwd: options.cwd,
      env: { ...options.env },
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    },
  );
  if (!child.stdout) throw new Error("the simulators have no output to read");
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    once(lines, "line").then(([first]) => String(first)),
    once(child, "exit").then(([code]) => {
      throw new Error(`the simulators ended with code ${String(code)} before they were ready`);
    }),
  ]);
  const urls = (JSON.parse(line) as { urls: Record<string, string> }).urls;
  return {
    env: Object.fromEntries(
      Object.entries(urls).map(([kind, url]) => [
        `SWITCHYARD_SIMULATOR_${kind.toUpperCase().replaceAll("-", "_")}_URL`,
        url,
      ]),
    ),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
