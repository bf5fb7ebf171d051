import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { loadSettings, toGatewayToken } from "@switchyard/service-kit";

/** Runs the `claude` on this machine's PATH against the gateway; everything behind `claude` is passed on. */
export async function claude(args: readonly string[]): Promise<void> {
  const settings = loadSettings({ cwd: process.cwd(), env: process.env });
  const host = settings.gateway.host === "0.0.0.0" ? "127.0.0.1" : settings.gateway.host;
  const key = settings.gateway.clientKeys[0]?.reveal() ?? "switchyard";
  const child = spawn("claude", [...args], {
    stdio: "inherit",
    env: {
      ...process.env,
      ANTHROPIC_BASE_URL: `http://${host}:${settings.gateway.port}`,
      // In this form it shows what is left of a budget.
      ANTHROPIC_AUTH_TOKEN: toGatewayToken(key),
      ANTHROPIC_API_KEY: "",
    },
  });
  process.on("SIGINT", () => {});
  try {
    const [code] = await once(child, "exit");
    process.exitCode = typeof code === "number" ? code : 1;
  } catch (error) {
    process.stderr.write(
      `claude could not be started (${error instanceof Error ? error.message : String(error)}). Install it with: npm install -g @anthropic-ai/claude-code\n`,
    );
    process.exitCode = 127;
  }
}
