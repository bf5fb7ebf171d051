import { setTimeout as sleep } from "node:timers/promises";
import { createCatalog, type Catalog } from "@switchyard/catalog";
import type { Logger, OutboundSettings, ProviderSettings } from "@switchyard/service-kit";
import { createBudget, estimateDollars, priceOf, type Budget } from "./budget.ts";
import { findTargets } from "./find-targets.ts";
import type { LiveCase, LiveTarget } from "./live-case.ts";
import { createRecorder, type Recorder } from "./recording/create-recorder.ts";
import { formatCase, formatDollars } from "./report.ts";
import { runCase, type CaseResult, type RunCaseOptions } from "./run-case.ts";
import { openProvider, type OpenProvider } from "./upstream/open-provider.ts";
import { secretsOf } from "./upstream/with-fake-credential.ts";

export interface RunLiveOptions {
  /** Providers that are on, with their credentials. */
  providers: readonly ProviderSettings[];
  cases: readonly LiveCase[];
  /** Provider → upstream id of the model to ask there. */
  models: Readonly<Record<string, string>>;
  maxDollars: number;
  record?: string;
  logger: Logger;
  outbound?: OutboundSettings;
  /** One line of the report. */
  write: (line: string) => void;
  /** Default: the clock's. */
  wait?: (ms: number) => Promise<void>;
}

export interface LiveTally {
  passed: number;
  failed: number;
  skipped: number;
  /** Cases in which a simulator does not answer as the upstream does. */
  disagreeing: number;
  dollars: number;
}

interface Run extends RunLiveOptions {
  catalog: Catalog;
  budget: Budget;
  tally: LiveTally;
  recorder: Recorder | undefined;
  /** True once the budget forbade a case: nothing more is asked. */
  stopped: boolean;
}

/** Asks every provider every case that fits the budget, one after the other. */
export async function runLive(options: RunLiveOptions): Promise<LiveTally> {
  const run: Run = {
    ...options,
    catalog: createCatalog(),
    budget: createBudget(options.maxDollars),
    tally: { passed: 0, failed: 0, skipped: 0, disagreeing: 0, dollars: 0 },
    recorder:
      options.record === undefined
        ? undefined
        : createRecorder(
            options.record,
            options.providers.flatMap((settings) => secretsOf(settings)),
          ),
    stopped: false,
  };
  // One after the other, so that the budget is known and the report reads in order.
  for (const settings of options.providers) await runProvider(run, settings);
  return { ...run.tally, dollars: run.budget.spent() };
}

async function runProvider(run: Run, settings: ProviderSettings): Promise<void> {
  if (run.stopped) {
    run.write(`\n${settings.name}`);
    skipAll(run, BUDGET_SPENT);
    return;
  }
  const { catalog, logger, outbound } = run;
  const provider = await openProvider(settings, { catalog, logger, ...(outbound === undefined ? {} : { outbound }) });
  try {
    const trouble = await check(provider);
    if (trouble === undefined) await runTargets(run, provider);
    else {
      run.write(`\n${settings.name}`);
      report(run, "the upstream answers", { ...NO_RESULT, outcome: "failed", problems: [trouble] });
      skipAll(run, "the upstream cannot be used");
    }
  } finally {
    await provider.close();
  }
}

async function runTargets(run: Run, provider: OpenProvider): Promise<void> {
  const { name } = provider.real.settings;
  const model = run.models[name];
  const targets = findTargets(provider.real.provider, {
    catalog: run.catalog,
    now: Date.now(),
    ...(model === undefined ? {} : { model }),
  });
  if (targets.length === 0) {
    run.write(`\n${name}`);
    skipAll(run, model === undefined ? "it offers no model that takes tools" : `it does not offer ${model}`);
  }
  for (const target of targets) await runTarget(run, provider, target);
}

const CHECK_TIMEOUT_MS = 20_000;
const NO_RESULT: Omit<CaseResult, "outcome"> = { problems: [], disagreements: [], answers: [], dollars: 0 };

/** The provider's own, free check of credential and upstream; undefined: all is well. */
async function check({ real }: OpenProvider): Promise<string | undefined> {
  try {
    await real.provider.check(AbortSignal.timeout(CHECK_TIMEOUT_MS));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runTarget(run: Run, provider: OpenProvider, target: LiveTarget): Promise<void> {
  run.write(`\n${target.provider}, ${target.model.id} by ${target.dialect.name}`);
  for (const live of run.cases) {
    const reason = run.stopped ? BUDGET_SPENT : reasonToSkip(live, target, provider);
    const result = reason === undefined ? await runWithin(run, provider, { live, target }) : skip(reason);
    if (result.answers.length > 0)
      run.recorder?.record(target.provider, `${target.dialect.name}-${live.name}`, result.answers);
    report(run, live.name, result);
  }
}

const BUDGET_SPENT = "the budget is spent";

function skip(reason: string): CaseResult {
  return { ...NO_RESULT, outcome: "skipped", reason };
}

function reasonToSkip(live: LiveCase, target: LiveTarget, { realWrongKey }: OpenProvider): string | undefined {
  if (live.wrongKey === true && realWrongKey === undefined) return "there is no key to be wrong";
  return live.reasonToSkip?.(target);
}

/** Runs the case if it fits what is left; else stops the run. */
async function runWithin(
  run: Run,
  provider: OpenProvider,
  { live, target }: { live: LiveCase; target: LiveTarget },
): Promise<CaseResult> {
  const { budget } = run;
  const price = priceOf(target.model, run.catalog);
  const most = estimateDollars(price, live.cost(target));
  if (!budget.allows(most)) {
    run.stopped = true;
    run.write(
      `  stopped: ${formatDollars(budget.spent())} of ${formatDollars(budget.maxDollars)} are spent, and ${live.name} may cost ${formatDollars(most)}. --max-dollars raises the limit.`,
    );
    return skip(BUDGET_SPENT);
  }
  const real = live.wrongKey === true ? provider.realWrongKey : provider.real;
  if (real === undefined) return skip("there is no key to be wrong");
  const simulated = findSimulated(provider, live, target);
  return runCase(live, target, {
    real: { raw: real.raw(target.model), service: real.service },
    ...(simulated === undefined ? {} : { simulated }),
    price,
    budget,
    wait: run.wait ?? ((ms) => sleep(ms)),
  });
}

function findSimulated(
  { simulated }: OpenProvider,
  live: LiveCase,
  { model }: LiveTarget,
): RunCaseOptions["simulated"] {
  const upstream = live.wrongKey === true ? simulated?.wrongKey : simulated?.upstream;
  if (simulated === undefined || upstream === undefined) return undefined;
  const { simulator } = simulated;
  simulator.reset();
  return { raw: upstream.raw(model), script: (...scenarios) => simulator.script(...scenarios) };
}

function report(run: Run, name: string, result: CaseResult): void {
  run.tally[result.outcome] += 1;
  if (result.disagreements.length > 0) run.tally.disagreeing += 1;
  for (const line of formatCase(name, result)) run.write(`  ${line}`);
}

function skipAll(run: Run, reason: string): void {
  const count = run.cases.length;
  run.tally.skipped += count;
  run.write(`  ${count} cases skipped: ${reason}`);
}
