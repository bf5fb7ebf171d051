import { createServer } from "node:net";

/** Name of the gateway among services and ports. */
export const GATEWAY = "gateway";

export interface PortWish {
  /** Whose port it is, e.g. "gateway". */
  name: string;
  port: number;
  /** The variable that moves it, e.g. "GATEWAY_PORT". */
  variable: string;
}

/** The wishes whose port somebody else holds, in order. */
export async function findBusyPorts(wishes: readonly PortWish[], host: string): Promise<PortWish[]> {
  const busy = await Promise.all(wishes.map(async (wish) => ({ wish, free: await isFree(wish.port, host) })));
  return busy.filter(({ free }) => !free).map(({ wish }) => wish);
}

/** A line for each; where a mesh runs already, which is why most people see this, that comes first. */
export async function describeBusyPorts(busy: readonly PortWish[], gateway: string): Promise<string> {
  const lines = busy.map(describeBusyPort);
  if (!busy.some(({ name }) => name === GATEWAY) || !(await isGateway(gateway))) return lines.join("\n");
  const variables = busy.map(({ variable }) => variable).join(", ");
  return [
    `A mesh runs already at ${gateway}: "npm run mesh -- status" shows it, and it ends by Ctrl-C where it was started.`,
    `For a second one beside it set SWITCHYARD_STATE_DIRECTORY to a folder of its own, and free ports: ${variables}.`,
  ].join("\n");
}

function describeBusyPort({ name, port, variable }: PortWish): string {
  return `Port ${port} (${name}) is in use by another program. Stop that program, or set ${variable} to a free port.`;
}

/** By what only a gateway's health has. */
async function isGateway(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1000), redirect: "error" });
    const health = (await answer.json()) as Record<string, unknown> | null;
    return typeof health?.["version"] === "string" && typeof health["providers"] === "object";
  } catch {
    return false;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  if (port === 0) return true;
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
