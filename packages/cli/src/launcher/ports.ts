import { createServer } from "node:net";

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

export function describeBusyPort({ name, port, variable }: PortWish): string {
  return `Port ${port} (${name}) is in use by another program. Stop that program, or set ${variable} to a free port.`;
}

async function isFree(port: number, host: string): Promise<boolean> {
  if (port === 0) return true;
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
