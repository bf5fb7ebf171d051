/**
 * Runs every test that this machine can run, lists what it could not run with the reason, and ends with
 * one line: `N passed, N failed, N skipped`. Arguments go to jest (a path, -t "name", …).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

const root = path.resolve(import.meta.dirname, "..");

async function main(args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-test-"));
  const report = path.join(folder, "report.json");
  try {
    const code = await runJest(["--json", `--outputFile=${report}`, ...args]);
    const {
      testResults,
      numPassedTests,
      numFailedTests,
      numPendingTests,
      numFailedTestSuites,
      numRuntimeErrorTestSuites,
    } = JSON.parse(readFileSync(report, "utf8"));
    printSkipped(testResults);
    // A file that could not even be loaded has no tests to count, but it failed.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    process.stdout.write(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
    return code !== 0 || failed > 0 || numFailedTestSuites > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reasons stand in the titles, in brackets: "[skipped: no Docker engine here]", round ones too. */
const REASON = / *[[(]skipped: ([^\])]+)[\])]/;

function printSkipped(testResults) {
  const reasons = new Map();
  for (const { assertionResults } of testResults)
    for (const { status, fullName } of assertionResults) {
      if (status !== "pending") continue;
      const reason = REASON.exec(fullName)?.[1] ?? "no reason given";
      reasons.set(reason, [...(reasons.get(reason) ?? []), fullName.replace(REASON, "")]);
    }
  for (const [reason, names] of reasons) {
    process.stdout.write(`\nskipped, ${reason}:\n`);
    for (const name of names) process.stdout.write(`  ${name}\n`);
  }
}

function runJest(args) {
  return new Promise((resolve, reject) => {
    // jest prints its progress to stderr; with --outputFile nothing of the report goes to stdout.
    const child = spawn(
      process.execPath,
      [path.join(root, "node_modules/jest/bin/jest.js"), "--rootDir", root, "--forceExit", ...args],
      {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main(process.argv.slice(2));
