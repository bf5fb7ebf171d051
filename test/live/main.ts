/**
 * `npm run test:live`: every case against the real upstreams whose credentials are set, within a budget; and
 * the same against their simulators, to see where those are wrong. Ends with `N passed, N failed, N skipped`.
 */
import path from "node:path";
import process from "node:process";
import { createSilentLogger, loadSettings, SettingsError } from "@switchyard/service-kit";
import { LIVE_CASES } from "./cases/live-cases.ts";
import type { LiveCase } from "./live-case.ts";
import { OptionsError, parseLiveOptions, USAGE, type LiveOptions } from "./live-options.ts";
import { listCases } from "./list-cases.ts";
import { formatDollars } from "./report.ts";
import { runLive } from "./run-live.ts";
import { selectProviders } from "./select-providers.ts";

const USAGE_EXIT = 64;
const CONFIGURATION_EXIT = 78;

const NOTHING_SET =
  "No upstream to ask. Set the credential of at least one, in the environment or in .env; a run spends $0.50 at most.";

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const options = parseLiveOptions(process.argv.slice(2));
  if (options.help) {
    write(USAGE);
    return 0;
  }
  const cases = selectCases(options);
  const settings = loadSettings({ cwd: process.cwd(), env: { ...process.env, SWITCHYARD_DEMO: "0" } });
  const { usable, left } = selectProviders(settings.providers, options.only);
  if (options.list) {
    for (const line of listCases(cases, usable, left)) write(line);
    return 0;
  }
  const skipped = left.length * cases.length;
  if (usable.length === 0) write(`${NOTHING_SET}\n`);
  for (const { name, reason } of left) write(`${name}: ${cases.length} cases skipped, ${reason}`);
  const record =
    options.record === undefined ? undefined : path.resolve(process.env["INIT_CWD"] ?? process.cwd(), options.record);
  const tally = await runLive({
    providers: usable,
    cases,
    models: options.models,
    maxDollars: options.maxDollars,
    ...(record === undefined ? {} : { record }),
    logger: createSilentLogger(),
    ...(settings.outbound === undefined ? {} : { outbound: settings.outbound }),
    write,
  });
  if (usable.length > 0) write(`\nspent ${formatDollars(tally.dollars)} of ${formatDollars(options.maxDollars)}`);
  if (usable.length > 0 && record !== undefined) write(`recorded, redacted, in ${record}`);
  if (tally.disagreeing > 0) write(`a simulator disagrees with its upstream in ${tally.disagreeing} cases`);
  write(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped + skipped} skipped`);
  return tally.failed > 0 ? 1 : 0;
}

function selectCases({ cases }: LiveOptions): readonly LiveCase[] {
  const unknown = cases.filter((name) => !LIVE_CASES.some((live) => live.name === name));
  if (unknown.length > 0) {
    throw new OptionsError(
      `no case is called ${unknown.join(", ")}; there are ${LIVE_CASES.map(({ name }) => name).join(", ")}`,
    );
  }
  return cases.length === 0 ? LIVE_CASES : LIVE_CASES.filter(({ name }) => cases.includes(name));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof OptionsError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = USAGE_EXIT;
  } else if (error instanceof SettingsError) {
    process.stderr.write(`the settings are not right:\n${error.message}\n`);
    process.exitCode = CONFIGURATION_EXIT;
  } else throw error;
}
