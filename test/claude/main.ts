/**
 * `npm run test:claude`: the real Claude Code client through gateway, provider service and simulator.
 * A whole agent session on each provider kind; then one conversation that changes provider at every turn,
 * over every ordered pair. Ends with `N passed, N failed, N skipped`.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { startSimulator, type Simulator } from "@switchyard/simulators";
import { formatTable } from "../bench/report.ts";
import { runBudgetDisplays } from "./budget-display.ts";
import { whyNoTerminal } from "./client-terminal.ts";
import { startMesh, type TestMesh } from "../support/start-mesh.ts";
import {
  createPlanBrain,
  createSwitchPlan,
  createWorkPlan,
  DONE,
  FILES,
  preparePlanFolder,
  searchBrain,
  type ReportedUsage,
} from "./agent-plan.ts";
import { CLIENT_VERSIONS, createClientFolders, installClient, runClient, type ClientResult } from "./claude-client.ts";
import { createSwitchWalk, SESSION_PROVIDERS } from "./providers.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    "no-switches": { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

interface Rig {
  mesh: TestMesh;
  simulators: ReadonlyMap<string, Simulator>;
}

const tally = { passed: 0, failed: 0, skipped: 0 };

function judge(problems: readonly string[]): string {
  if (problems.length === 0) tally.passed += 1;
  else tally.failed += 1;
  if (problems.length === 0) return "passed";
  return `FAILED: ${[...new Set(problems.map((problem) => problem.replaceAll(/req_\w+/g, "req_…").slice(0, 300)))].join("; ")}`;
}

/** What the simulator says it reported, summed over the requests that generate. */
function generations(simulator: Simulator) {
  return simulator.requests.filter(({ method, path: where }) => method === "POST" && !where.includes("count"));
}

async function runSessions(rig: Rig, program: string, version: string): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { provider, dialect } of SESSION_PROVIDERS) {
    const simulator = rig.simulators.get(provider);
    if (!simulator || (flags.only && flags.only !== provider)) continue;
    const folders = createClientFolders();
    preparePlanFolder(folders.folder);
    simulator.reset();
    const { brain, reported } = createPlanBrain(createWorkPlan(folders.folder));
    simulator.useBrain(brain);
    const started = performance.now();
    const outcome = await runClient({
      program,
      gateway: rig.mesh.url,
      prompt: "Make the file, then look around.",
      ...folders,
      headers: { "x-switchyard-provider": provider },
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const problems =
      outcome instanceof Error ? [outcome.message] : checkSession(outcome, { folder: folders.folder, reported });
    const refused = generations(simulator).filter((request) => request.refused !== undefined);
    problems.push(...refused.map((request) => `the upstream refused: ${request.refused}`));
    const usage = outcome instanceof Error ? undefined : outcome.usage;
    folders.remove();
    rows.push([
      version,
      provider,
      dialect,
      String(generations(simulator).length),
      String(usage ? usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens : 0),
      String(usage?.output_tokens ?? 0),
      ((performance.now() - started) / 1000).toFixed(1),
      judge(problems),
    ]);
    process.stderr.write(`${rows.at(-1)?.join("  ")}\n`);
  }
  return rows;
}

function checkSession(
  result: ClientResult & { exitCode: number },
  { folder, reported }: { folder: string; reported: ReportedUsage },
): string[] {
  const problems: string[] = [];
  if (result.is_error || result.exitCode !== 0) problems.push(`the client reports an error: ${result.result}`);
  else if (!result.result.startsWith(DONE)) problems.push(`the session ended with "${result.result}"`);
  for (const file of [FILES.written, FILES.touched])
    if (!existsSync(path.join(folder, file))) problems.push(`${file} was not made`);
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = result.usage;
  const input = input_tokens + cache_read_input_tokens + cache_creation_input_tokens;
  if (input !== reported.input)
    problems.push(`the client counts ${input} input tokens, the upstream reported ${reported.input}`);
  if (output_tokens !== reported.output)
    problems.push(`the client counts ${output_tokens} output tokens, the upstream reported ${reported.output}`);
  return problems;
}

/** A web search goes to an upstream that executes it; elsewhere the model is told who could, and the session goes on. */
async function runSearches(rig: Rig, program: string): Promise<void> {
  const expected = { anthropic: /What the search found/, openai: /web_search_20250305 is not executed .* anthropic/ };
  for (const [provider, words] of Object.entries(expected)) {
    const simulator = rig.simulators.get(provider);
    simulator?.reset();
    simulator?.useBrain(searchBrain);
    const folders = createClientFolders();
    const { result } = await runClient({
      program,
      gateway: rig.mesh.url,
      prompt: "Search the web.",
      ...folders,
      headers: { "x-switchyard-provider": provider },
      // The search tool is then offered at once, not behind a tool search.
      env: { ENABLE_TOOL_SEARCH: "false" },
    });
    folders.remove();
    console.log(`web search on ${provider}: ${judge(words.test(result) ? [] : [result])}`);
  }
}

async function runSwitches(rig: Rig, program: string): Promise<string[][]> {
  const folders = createClientFolders();
  const { brain } = createPlanBrain(createSwitchPlan(folders.folder));
  for (const simulator of rig.simulators.values()) {
    simulator.reset();
    simulator.useBrain(brain);
  }
  const walk = createSwitchWalk(SESSION_PROVIDERS.map(({ provider }) => provider));
  const rows: string[][] = [];
  let session: string | undefined;
  for (const [turn, provider] of walk.entries()) {
    const simulator = rig.simulators.get(provider);
    if (!simulator) continue;
    const seen = simulator.requests.length;
    const outcome = await runClient({
      program,
      gateway: rig.mesh.url,
      prompt: `Look around once more, turn ${turn}.`,
      ...folders,
      ...(session ? { resume: session } : {}),
      headers: { "x-switchyard-provider": provider },
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const problems: string[] = [];
    if (outcome instanceof Error) problems.push(outcome.message);
    else {
      if (outcome.is_error || outcome.result !== DONE) problems.push(outcome.result);
      session = outcome.session_id;
    }
    for (const request of simulator.requests.slice(seen))
      if (request.refused !== undefined) problems.push(`refused: ${request.refused}`);
    if (turn === 0) continue;
    const verdict = judge(problems);
    rows.push([String(turn), walk[turn - 1] ?? "", provider, verdict]);
    if (flags.verbose || problems.length > 0) process.stderr.write(`${rows.at(-1)?.join("  ")}\n`);
  }
  folders.remove();
  return rows;
}

/** How a budget is told of, at its limit and before, by the newest client. */
async function runBudgets(program: string): Promise<void> {
  const reason = whyNoTerminal();
  if (reason !== undefined) {
    tally.skipped += 1;
    console.log(`budgets at a terminal: skipped, ${reason}`);
    return;
  }
  for (const { way, problems } of await runBudgetDisplays(program)) console.log(`budget by ${way}: ${judge(problems)}`);
}

async function main(): Promise<void> {
  const started = await Promise.all(SESSION_PROVIDERS.map(({ provider }) => startSimulator(provider)));
  const simulators = new Map(
    SESSION_PROVIDERS.map(({ provider }, index) => [provider as string, started[index]] as const).filter(
      (entry): entry is [string, Simulator] => entry[1] !== undefined,
    ),
  );
  const mesh = await startMesh({
    simulators: Object.fromEntries([...simulators].map(([kind, { url }]) => [kind, url])),
  });
  const rig: Rig = { mesh, simulators };
  try {
    const rows: string[][] = [];
    const [newest, older] = CLIENT_VERSIONS;
    const program = await installClient(newest);
    rows.push(...(await runSessions(rig, program, newest)));
    rows.push(...(await runSessions(rig, await installClient(older), older)));
    console.log(
      `\nWhole sessions of the real client\n\n${formatTable(["client", "provider", "dialect", "requests", "input tokens", "output tokens", "s", "verdict"], rows)}\n`,
    );
    if (!flags.only) {
      await runSearches(rig, program);
      await runBudgets(program);
    }
    if (!flags["no-switches"] && !flags.only) {
      const switches = await runSwitches(rig, program);
      console.log(
        `One conversation, another provider at every turn: ${switches.length} switches, every ordered pair\n`,
      );
      const bad = switches.filter((row) => row[3] !== "passed");
      if (bad.length > 0) console.log(formatTable(["turn", "from", "to", "verdict"], bad));
    }
    if (tally.failed > 0) console.log(mesh.log.slice(-40).join("\n"));
  } finally {
    await mesh.stop();
    await Promise.all(started.map((simulator) => simulator.close()));
  }
  console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}

await main();
