/**
 * Starts simulated providers in this process and prints one line of JSON when all of them listen:
 * `{"urls":{"anthropic":"http://127.0.0.1:40001",…}}`.
 *
 *     node src/main.ts --demo [--host 0.0.0.0] [--ports '{"anthropic":9101}']   every kind, answering people
 *     node src/main.ts --kind anthropic [--kind openai …] [--ports …]           these kinds, default answers
 *     node src/main.ts --config '{"simulators":[{"kind":"vertex","port":9102,"fixed":[…],"brain":{"name":"agent","plan":…}}]}'
 *
 * Ends on SIGTERM, SIGINT, and when the process that started it with an IPC channel goes away.
 */
import process from "node:process";
import { readArguments } from "./read-arguments.ts";
import { startSimulator } from "./start-simulator.ts";

async function main(): Promise<void> {
  const wishes = readArguments(process.argv.slice(2));
  const simulators = await Promise.all(wishes.map(({ kind, options }) => startSimulator(kind, options)));
  const urls = Object.fromEntries(simulators.map(({ kind, url }) => [kind, url]));
  process.stdout.write(`${JSON.stringify({ urls })}\n`);
  const stop = (): void => {
    void Promise.all(simulators.map((simulator) => simulator.close())).then(() => process.exit(0));
  };
  for (const signal of ["SIGTERM", "SIGINT", "disconnect"] as const) process.once(signal, stop);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
