/**
 * The one door: `npm start`, `npm test`, `npm run check`, … come through here. Runs on whatever Node the
 * machine has (20 or newer), installs what is missing, then goes on with the project's own Node.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name, file) => path.join(root, "node_modules", name, file);
const MESH = path.join(root, "packages/cli/src/main.ts");

/** Each command: the steps it runs, one after the other; the first that fails ends it. */
const COMMANDS = {
  start: (rest) => [[MESH, "start", ...rest]],
  mesh: (rest) => [[MESH, ...rest]],
  test: (rest) => [[path.join(root, "scripts/test.mjs"), ...rest]],
  check: () => [
    [bin("oxfmt", "bin/oxfmt"), "--check", "."],
    [bin("oxlint", "bin/oxlint"), "--type-aware", "--deny-warnings", "."],
    [bin("typescript", "bin/tsc"), "-p", "."],
    // For browsers, which have other names than Node.
    [bin("typescript", "bin/tsc"), "-p", "packages/dashboard/page"],
  ],
  format: () => [[bin("oxfmt", "bin/oxfmt"), "."]],
  bench: (rest) => [[path.join(root, "test/bench/main.ts"), ...rest]],
  "test:claude": (rest) => [[path.join(root, "test/claude/main.ts"), ...rest]],
  "test:live": (rest) => [[path.join(root, "test/live/main.ts"), ...rest]],
  "test:day": (rest) => [[path.join(root, "test/simulated-day/main.ts"), ...rest]],
  "test:ledger": (rest) => [[path.join(root, "test/ledger/main.ts"), ...rest]],
  "bench:ledger": (rest) => [[path.join(root, "test/ledger/throughput.ts"), ...rest]],
  "test:quota": (rest) => [[path.join(root, "test/quota/main.ts"), ...rest]],
  "test:chaos": (rest) => [[path.join(root, "test/chaos/main.ts"), ...rest]],
};

/** Commands that act on the repo run there; the mesh runs where the user stands, for the sake of its .env. */
const IN_CALLERS_FOLDER = new Set(["start", "mesh"]);

async function main([command = "", ...rest]) {
  const steps = COMMANDS[command];
  if (!steps) {
    process.stderr.write(`unknown command "${command}"; one of: ${Object.keys(COMMANDS).join(", ")}\n`);
    return 64;
  }
  await ensureInstalled(root);
  const node = bin("node", process.platform === "win32" ? "bin/node.exe" : "bin/node");
  const cwd = IN_CALLERS_FOLDER.has(command) ? (process.env["INIT_CWD"] ?? process.cwd()) : root;
  for (const step of steps(rest)) {
    const code = await run(node, step, cwd);
    if (code !== 0) return code;
  }
  return 0;
}

/** Signals reach the child by itself (same terminal) or are passed on (`kill`); its end is ours. */
function run(node, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd,
      stdio: "inherit",
      env: {
        ...process.env,
        PATH: path.dirname(node) + path.delimiter + process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? path.join(root, "node_modules/.cache/node"),
      },
    });
    process.on("SIGINT", () => {});
    const pass = () => child.kill("SIGTERM");
    process.on("SIGTERM", pass);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.removeListener("SIGTERM", pass);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

process.exitCode = await main(process.argv.slice(2));
