import { execFileSync } from "node:child_process";

/** Why containers cannot be run here; undefined when they can. */
export function whyNoDockerEngine(): string | undefined {
  try {
    execFileSync("docker", ["info"], { stdio: "ignore", timeout: 20_000 });
    execFileSync("docker", ["compose", "version"], { stdio: "ignore", timeout: 20_000 });
    return undefined;
  } catch {
    return "no Docker engine with Compose here";
  }
}
