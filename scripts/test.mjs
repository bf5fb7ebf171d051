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

/** These measure time, or kill processes under load: whatever runs beside them would be measured too. */
const ALONE = ["test/quota", "test/ledger", "packages/state/src/redis"];

async function main(args) {
  const rounds =
    args.length > 0
      ? [args]
      : [
          ["--testPathIgnorePatterns", "/node_modules/", ...ALONE],
          ["-w", "1", ...ALONE],
        ];
  const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-test-"));
  try {
    const reports = [];
    for (const [index, round] of rounds.entries()) {
      const report = path.join(folder, `report-${index}.json`);
      const code = await runJest(["--json", `--outputFile=${report}`, ...round]);
      reports.push({ code, ...readReport(report) });
    }
    const sum = (name) => reports.reduce((total, report) => total + report[name], 0);
    printSkipped(reports.flatMap(({ testResults }) => testResults));
    // A file that could not even be loaded has no tests to count, but it failed.
    const failed = sum("numFailedTests") + sum("numRuntimeErrorTestSuites");
    const passed = sum("numPassedTests");
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${sum("numPendingTests")} skipped\n`);
    const isGood = failed === 0 && sum("numFailedTestSuites") === 0 && reports.every(({ code }) => code === 0);
    return isGood ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A round whose report cannot be read has failed, and the next ones run all the same. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    process.stdout.write(`\nthis round left no report: ${error.message}\n`);
    return {
      numFailedTests: 1,
      numPassedTests: 0,
      numPendingTests: 0,
      numRuntimeErrorTestSuites: 0,
      numFailedTestSuites: 1,
      testResults: [],
    };
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
