/** `node probe.ts <port>`: exit code 0 when /health/live answers 200. For container health checks. */
import process from "node:process";

try {
  const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/health/live`, { signal: AbortSignal.timeout(4000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
