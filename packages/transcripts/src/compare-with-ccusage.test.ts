import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createCatalog, createPriceBook } from "@switchyard/catalog";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readTranscripts } from "./read-transcripts.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";

const SAMPLE = fileURLToPath(new URL("__fixtures__/claude", import.meta.url));

/** What ccusage prints of a day, a session or a model. */
interface Figures {
  inputTokens: number;
  outputTokens: number;
  cacheCreationTokens: number;
  cacheReadTokens: number;
}
type ModelFigures = Figures & { modelName: string; cost: number };
type PeriodFigures = Figures & { date?: string; sessionId?: string; modelBreakdowns: ModelFigures[] };

/** ccusage is a program of its own for each platform; npm installs it where there is one. */
function findProgram(): string | undefined {
  const { platform, arch } = process;
  try {
    const here = createRequire(createRequire(import.meta.url).resolve("ccusage/package.json"));
    const native = path.dirname(here.resolve(`@ccusage/ccusage-${platform}-${arch}/package.json`));
    return ["bin/ccusage", "bin/ccusage.exe"].map((name) => path.join(native, name)).find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}

const installed = findProgram() ?? "";
let folder: string;
let program: string;

beforeAll(() => {
  if (installed === "") return;
  // As it is installed, it may lack the permission to run.
  folder = mkdtempSync(path.join(tmpdir(), "switchyard-ccusage-"));
  program = path.join(folder, path.basename(installed));
  copyFileSync(installed, program);
  chmodSync(program, 0o755);
});
afterAll(() => {
  if (installed !== "") rmSync(folder, { recursive: true, force: true });
});

function ask(report: "daily" | "session", ...more: string[]): Record<string, unknown> {
  const args = ["claude", report, "--offline", "--json", "--timezone", "UTC", "--mode", "calculate", ...more];
  const env = { PATH: process.env["PATH"], HOME: SAMPLE, CLAUDE_CONFIG_DIR: SAMPLE };
  return JSON.parse(execFileSync(program, args, { env, encoding: "utf8" })) as Record<string, unknown>;
}

function sum(entries: readonly TranscriptEntry[]): Figures {
  const total = (pick: (entry: TranscriptEntry) => number): number =>
    entries.reduce((so, entry) => so + pick(entry), 0);
  return {
    inputTokens: total(({ usage }) => usage.uncachedInput),
    outputTokens: total(({ usage }) => usage.output),
    cacheCreationTokens: total(({ usage }) => usage.cacheWrite5m + usage.cacheWrite1h),
    cacheReadTokens: total(({ usage }) => usage.cacheRead),
  };
}

function onlyFigures({ inputTokens, outputTokens, cacheCreationTokens, cacheReadTokens }: Figures): Figures {
  return { inputTokens, outputTokens, cacheCreationTokens, cacheReadTokens };
}

function sumBy(
  entries: readonly TranscriptEntry[],
  keyOf: (entry: TranscriptEntry) => string,
): Record<string, Figures> {
  const groups = Object.groupBy(entries, keyOf);
  return Object.fromEntries(Object.entries(groups).map(([key, group = []]) => [key, sum(group)]));
}

const dayOf = ({ at }: TranscriptEntry): string => new Date(at).toISOString().slice(0, 10);

const describeWhere = installed === "" ? describe.skip : describe;
const reason = installed === "" ? " (skipped: ccusage has no program for this machine here)" : "";

describeWhere(`the sample, as ccusage reads it${reason}`, () => {
  it("has the same tokens per project, day and model", async () => {
    const { entries } = await readTranscripts({ directory: SAMPLE });
    const { projects } = ask("daily", "--instances") as { projects: Record<string, PeriodFigures[]> };
    const theirs = Object.entries(projects).flatMap(([project, days]) =>
      days.flatMap(({ date, modelBreakdowns }) =>
        modelBreakdowns.map((model) => [`${project} ${date} ${model.modelName}`, onlyFigures(model)]),
      ),
    );
    const ours = sumBy(entries, (entry) => `${entry.projectFolder} ${dayOf(entry)} ${entry.model}`);
    expect(ours).toEqual(Object.fromEntries(theirs));
    expect(theirs.length).toBeGreaterThan(6);
  });

  it("has the same tokens per session", async () => {
    const { entries } = await readTranscripts({ directory: SAMPLE });
    const { sessions } = ask("session") as { sessions: PeriodFigures[] };
    const theirs = sessions.map((session) => [session.sessionId, onlyFigures(session)]);
    expect(sumBy(entries, ({ session }) => session)).toEqual(Object.fromEntries(theirs));
    expect(theirs).toHaveLength(4);
  });

  it("costs the same, model by model, where both know the price", async () => {
    const { entries } = await readTranscripts({ directory: SAMPLE });
    const { projects } = ask("daily", "--instances", "--breakdown") as { projects: Record<string, PeriodFigures[]> };
    const theirs = new Map<string, number>();
    for (const { modelName, cost } of Object.values(projects).flatMap((days) =>
      days.flatMap((day) => day.modelBreakdowns),
    ))
      if (cost > 0) theirs.set(modelName, (theirs.get(modelName) ?? 0) + cost);
    const book = createPriceBook({ catalog: createCatalog(), now: () => Date.parse("2026-11-21T00:00:00Z") });
    const ours = new Map<string, number>();
    for (const { model, usage, at } of entries) {
      const facts = { provider: "anthropic", providerKind: "anthropic", model, upstreamModel: model, at };
      const { tableNanoDollars, pricedAs } = book.cost(facts, usage);
      if (tableNanoDollars === undefined || pricedAs !== undefined) continue;
      ours.set(model, (ours.get(model) ?? 0) + tableNanoDollars);
    }
    const shared = [...ours.keys()].filter((model) => theirs.has(model));
    expect(shared).toEqual(expect.arrayContaining(["claude-opus-4-8", "claude-haiku-4-5-20251001"]));
    for (const model of shared) expect((ours.get(model) ?? 0) / 1e9).toBeCloseTo(theirs.get(model) ?? 0, 9);
  });
});
