import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const PNPM = "pnpm@12.21.0";

/** Installs the workspace once per lockfile; with nothing to do it costs one small read. */
export async function ensureInstalled(root) {
  const lock = createHash("sha256")
    .update(readFileSync(path.join(root, "pnpm-lock.yaml")))
    .digest("hex");
  const stamp = path.join(root, "node_modules/.switchyard-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  const progress = showProgress("Installing dependencies (once)");
  const { code, output } = await install(root);
  progress.end(code === 0);
  if (code !== 0) {
    process.stderr.write(
      `${output}\nThe installation failed. It needs npm and a package registry; then run this command again.\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

function install(root) {
  return new Promise((resolve) => {
    const windows = process.platform === "win32";
    const child = spawn(
      windows ? "npx.cmd" : "npx",
      ["--yes", PNPM, "install", "--frozen-lockfile", "--reporter=append-only"],
      {
        cwd: root,
        shell: windows,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, CI: "true" },
      },
    );
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    child.on("exit", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A line that moves on a terminal; elsewhere one line at the start and one at the end. */
function showProgress(text) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  if (!process.stderr.isTTY) {
    process.stderr.write(`${text} …\n`);
    return { end: (fine) => process.stderr.write(`${fine ? "Installed" : "Failed"} after ${seconds()}.\n`) };
  }
  const draw = () => process.stderr.write(`\r${text} … ${seconds()} `);
  draw();
  const timer = setInterval(draw, 500);
  return {
    end: (fine) => {
      clearInterval(timer);
      process.stderr.write(`\r${fine ? "Installed" : "Failed"} after ${seconds()}.${" ".repeat(text.length)}\n`);
    },
  };
}
