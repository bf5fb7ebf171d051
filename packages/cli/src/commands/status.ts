import process from "node:process";
import { loadSettings } from "@switchyard/service-kit";

/** Asks the gateway and each provider service for its health and prints a line each. Ends with code 1 when the gateway does not answer. */
export async function status(options: { json: boolean }): Promise<void> {
  const settings = loadSettings({ cwd: process.cwd(), env: process.env });
  const host = settings.gateway.host === "0.0.0.0" ? "127.0.0.1" : settings.gateway.host;
  const services = [
    { name: "gateway", url: `http://${host}:${settings.gateway.port}` },
    ...settings.providers.map(({ name, serviceUrl }) => ({ name, url: serviceUrl })),
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

async function readHealth(url: string): Promise<{ status: string; reason?: string }> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(3000), redirect: "error" });
    const body = (await answer.json()) as { status?: unknown; reason?: unknown; missing?: unknown };
    const missing = Array.isArray(body.missing) ? `set ${body.missing.join(" or ")}` : undefined;
    const reason = typeof body.reason === "string" ? body.reason : missing;
    return {
      status: typeof body.status === "string" ? body.status : String(answer.status),
      ...(reason ? { reason } : {}),
    };
  } catch {
    return { status: "unreachable" };
  }
}
