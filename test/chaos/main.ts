/**
 * `npm run test:chaos`: sessions of the real Claude Code client whose upstream is cut in the middle of an
 * answer, at event boundaries from the first to the last, for every provider kind. A session must either
 * complete or say that it failed: never a false success. Prints the share that completes.
 */
import { parseArgs } from "node:util";
import type { Scenario, ScenarioBlock } from "@switchyard/simulators";
import { formatTable } from "../bench/report.ts";
import { createClientFolders, installClient, runClient } from "../claude/claude-client.ts";
import { KINDS_UNDER_TEST } from "./kinds-under-test.ts";
import { createChaosRig, type ChaosRig, type KindUnderTest } from "./rig.ts";

const { values: flags } = parseArgs({ options: { only: { type: "string" }, cuts: { type: "string", default: "6" } } });

const DONE = "Both looks are done.";

const LOOK: ScenarioBlock[] = [
  { type: "text", text: "I look at the folder, first here and then a little deeper." },
  { type: "tool_call", name: "Bash", input: { command: "echo one", description: "Says one word" } },
  { type: "tool_call", name: "Bash", input: { command: "echo two", description: "Says another word" } },
];

interface Outcome {
  /** How many events of the first answer came before the cut. */
  after: number;
  completed: boolean;
  /** The client said that all is well though it is not. */
  falseSuccess: boolean;
}

/** Two answers make a session: calls, then a closing sentence. Requests without tools are for a title. */
function answer(tools: number, results: number): Scenario {
  if (tools === 0) return { blocks: [{ type: "text", text: "A session" }] };
  if (results > 0) return { blocks: [{ type: "text", text: DONE }] };
  return { blocks: LOOK, delivery: { deltaCharacters: 16 } };
}

/** Plays the session on both sides; the primary's first answer is cut once. */
function play(rig: ChaosRig, cutAfter: number | undefined): void {
  let cut = cutAfter !== undefined;
  rig.backup.useBrain((view) => answer(view.tools.length, view.toolResults.length));
  rig.primary.useBrain((view) => {
    const scenario = answer(view.tools.length, view.toolResults.length);
    if (!cut || scenario.blocks !== LOOK || cutAfter === undefined) return scenario;
    cut = false;
    return { ...scenario, fault: { type: "cut", afterEvents: cutAfter } };
  });
}

async function runSession(rig: ChaosRig, program: string, model: string) {
  const folders = createClientFolders();
  try {
    return await runClient({
      program,
      gateway: rig.mesh.url,
      prompt: "Look twice.",
      ...folders,
      env: { ANTHROPIC_MODEL: model },
      timeoutMs: 90_000,
    });
  } finally {
    folders.remove();
  }
}

async function cutEverywhere(underTest: KindUnderTest, program: string): Promise<Outcome[]> {
  const rig = await createChaosRig(underTest);
  try {
    play(rig, undefined);
    const whole = await runSession(rig, program, underTest.ask);
    if (whole.result !== DONE)
      throw new Error(`${underTest.kind}: even without a cut the session ends with "${whole.result}"`);
    const events = Math.max(...rig.primary.requests.map((request) => request.eventsWritten));
    const outcomes: Outcome[] = [];
    for (const after of spread(events, Number(flags.cuts))) {
      await rig.recover();
      play(rig, after);
      const result = await runSession(rig, program, underTest.ask);
      const completed = result.result === DONE && !result.is_error;
      outcomes.push({ after, completed, falseSuccess: !completed && !result.is_error && result.exitCode === 0 });
    }
    return outcomes;
  } finally {
    await rig.close();
  }
}

/** So many places from the first event to the last, evenly. */
function spread(events: number, count: number): number[] {
  const places = Array.from({ length: count }, (_, index) =>
    Math.round((index * (events - 1)) / Math.max(1, count - 1)),
  );
  return [...new Set(places)];
}

async function main(): Promise<void> {
  const program = await installClient("2.1.329");
  const rows: string[][] = [];
  let passed = 0;
  let failed = 0;
  for (const underTest of KINDS_UNDER_TEST) {
    if (flags.only && flags.only !== underTest.kind) continue;
    const outcomes = await cutEverywhere(underTest, program);
    const completed = outcomes.filter((outcome) => outcome.completed);
    const wrong = outcomes.filter((outcome) => outcome.falseSuccess);
    passed += outcomes.length - wrong.length;
    failed += wrong.length;
    const told = outcomes.filter((outcome) => !outcome.completed && !outcome.falseSuccess);
    rows.push([
      underTest.kind,
      underTest.model,
      String(outcomes.length),
      `${Math.round((100 * completed.length) / outcomes.length)}%`,
      told.map(({ after }) => after).join(", "),
      wrong.map(({ after }) => after).join(", "),
    ]);
    process.stderr.write(`${rows.at(-1)?.join("  ")}\n`);
  }
  console.log(`\nSessions of the real client whose upstream is cut once, in the middle of an answer\n`);
  console.log(
    formatTable(["provider", "model", "cuts", "completes", "fails openly, after event", "false success"], rows),
  );
  console.log(`\n${passed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
