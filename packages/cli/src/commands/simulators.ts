import process from "node:process";
import { loadSettings, SIMULATOR_PORTS } from "@switchyard/service-kit";
import { launchSimulators } from "../launcher/launch-simulators.ts";

/** For containers: every simulated upstream on its fixed port, on all addresses; ends at once where a credential is set. */
export async function simulators(): Promise<void> {
  const settings = loadSettings({ cwd: process.cwd(), env: process.env });
  if (!settings.demo) {
    process.stdout.write("A credential is set: no simulated upstreams are needed.\n");
    return;
  }
  const launched = await launchSimulators({
    env: process.env,
    cwd: process.cwd(),
    host: "0.0.0.0",
    ports: SIMULATOR_PORTS,
  });
  for (const [kind, port] of Object.entries(SIMULATOR_PORTS))
    process.stdout.write(`${kind} is simulated on port ${port}\n`);
  const stop = (): void => void launched.stop().then(() => process.exit(0));
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
