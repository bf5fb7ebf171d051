import process from "node:process";
import { loadSettings, type Settings } from "@switchyard/service-kit";
import { gatewayUrl } from "../launcher/gateway-url.ts";
import { describeHealth, type ShownHealth } from "./describe-health.ts";

/** Asks the gateway, the cost worker and each provider service for its health and prints a line each. Ends with code 1 when the gateway does not answer. */
export async function status(options: { json: boolean }): Promise<void> {
  const settings = loadSettings({ cwd: process.cwd(), env: process.env });
  const gateway = gatewayUrl(settings);
  const services = [
    { name: "gateway", url: gateway },
    { name: "cost-worker", url: settings.costs.workerUrl },
    ...(await listServices(gateway, settings)),
  ];
  const rows = await Promise.all(
    services.map(async (service) => ({ ...service, health: await readHealth(service.url) })),
  );
  if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    for (const { name, url, health } of rows)
      process.stdout.write(
        `${name.padEnd(18)} ${url.padEnd(28)} ${health.status}${health.reason ? `  ${health.reason}` : ""}\n`,
      );
  if (rows[0]?.health.status === "unreachable") process.exitCode = 1;
}

/** As the running gateway knows them (a demonstration has more than the settings here tell), else as configured. */
async function listServices(gateway: string, settings: Settings): Promise<{ name: string; url: string }[]> {
  const key = (settings.gateway.adminToken ?? settings.gateway.clientKeys[0])?.reveal();
  try {
    const answer = await fetch(`${gateway}/stats`, {
      signal: AbortSignal.timeout(3000),
      redirect: "error",
      headers: key === undefined ? {} : { "x-switchyard-key": key },
    });
    const { provider_endpoints: endpoints } = (await answer.json()) as { provider_endpoints: Record<string, string> };
    return Object.entries(endpoints).map(([name, url]) => ({ name, url }));
  } catch {
    return settings.providers.map(({ name, serviceUrl }) => ({ name, url: serviceUrl }));
  }
}

async function readHealth(url: string): Promise<ShownHealth> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(3000), redirect: "error" });
    return describeHealth(await answer.json(), answer.status);
  } catch {
    return { status: "unreachable" };
  }
}
