import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { keyOfToken, loadSettings, toGatewayToken } from "@switchyard/service-kit";
import { gatewayUrl } from "../launcher/gateway-url.ts";

/** Runs the `claude` on this machine's PATH against the gateway; everything behind `claude` is passed on. */
export async function claude(args: readonly string[]): Promise<void> {
  const settings = loadSettings({ cwd: process.cwd(), env: process.env });
  const child = spawn("claude", [...args], {
    stdio: "inherit",
    env: {
      ...process.env,
      ANTHROPIC_BASE_URL: gatewayUrl(settings),
      // In this form it shows what is left of a budget.
      ANTHROPIC_AUTH_TOKEN: chooseToken(process.env["ANTHROPIC_AUTH_TOKEN"], settings.gateway.clientKeys[0]?.reveal()),
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

/**
 * What the client shows: the token that `keys create` printed, where the shell has it, else the configured key. Another
 * token of the shell is meant for somebody else, and stays here.
 */
export function chooseToken(own: string | undefined, configured: string | undefined): string {
  const isOurs = own !== undefined && (keyOfToken(own) !== own || own.startsWith("sk-switchyard-"));
  return toGatewayToken(isOurs ? keyOfToken(own) : (configured ?? "switchyard"));
}
