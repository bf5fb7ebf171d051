import { writeFileSync } from "node:fs";
import process from "node:process";
import {
  buildCombinedReport,
  formatCostCsv,
  formatCostJson,
  formatCostText,
  renderCostPage,
  type CostReport,
} from "@switchyard/reports";
import { loadSettings, type Settings } from "@switchyard/service-kit";
import { readCombinedNeed } from "./costs-combined.ts";
import { readCostsReport } from "./costs-report.ts";
import { createWorkerClient, type WorkerClient } from "./worker-client.ts";

export interface CostsOptions {
  since?: string;
  until?: string;
  by: string;
  json?: boolean;
  csv?: boolean;
  html?: string;
  /** "claude-costs-report": the report of older gateways, as JSON. */
  format?: string;
  /** A folder, or false: leave them out. Default: as configured. */
  transcripts?: string | boolean;
  url?: string;
}

/** What the command needs of the process around it. */
export interface CostsProcess {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Columns; undefined: not a terminal. */
  columns: number | undefined;
  write: (text: string) => void;
  writeError: (text: string) => void;
  now: number;
}

const DIMENSIONS: ReadonlySet<string> = new Set(
  "provider model asked_model tier client session agent project outcome hour day month".split(" "),
);
const PIPED_WIDTH = 120;
const LEAST_WIDTH = 60;
const COMBINED = "claude-costs-report";

/** `switchyard costs`: the mesh's costs and Claude Code's own, in a table, a page, CSV or JSON. */
export async function costs(options: CostsOptions): Promise<void> {
  const { columns, isTTY } = process.stdout;
  process.exitCode = await runCosts(options, {
    cwd: process.cwd(),
    env: process.env,
    columns: isTTY ? columns : undefined,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    now: Date.now(),
  });
}

/** The exit code: 1 when a question was wrong, or neither the ledger nor transcripts could be read. */
export async function runCosts(options: CostsOptions, around: CostsProcess): Promise<number> {
  try {
    const by = parseDimensions(options.by);
    if (options.format !== undefined && options.format !== COMBINED)
      throw new RangeError(
        `--format ${options.format} is unknown: there is ${COMBINED}; see also --json, --csv, --html`,
      );
    const settings = loadSettings({ cwd: around.cwd, env: { ...around.env } });
    const worker = createWorkerClient(settings, options.url);
    const report = await readCostsReport({
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.until === undefined ? {} : { until: options.until }),
      by,
      transcripts: folderOf(options.transcripts, settings),
      settings,
      worker,
      now: around.now,
    });
    await tell(report, options, { around, worker });
    return report.ledger.missing !== undefined && report.transcripts.missing !== undefined ? 1 : 0;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    around.writeError(`${error.message}\n`);
    return 1;
  }
}

async function tell(
  report: CostReport,
  options: CostsOptions,
  { around, worker }: { around: CostsProcess; worker: WorkerClient },
): Promise<void> {
  const { columns, env, now } = around;
  if (options.html !== undefined) {
    const madeAt = new Date(now).toISOString().slice(0, 16).replace("T", " ");
    writePage(options.html, renderCostPage(report, { madeAt: `${madeAt} UTC` }));
    around.writeError(`wrote ${options.html}\n`);
  }
  if (options.format === COMBINED) {
    const combined = buildCombinedReport(await readCombinedNeed(report, { worker, now }));
    around.write(`${JSON.stringify(combined, null, 2)}\n`);
  } else if (options.json === true) around.write(formatCostJson(report));
  else if (options.csv === true) {
    around.write(formatCostCsv(report.rows, report.by));
    for (const note of report.notes) around.writeError(`${note}\n`);
  } else if (options.html === undefined) {
    const colour = columns !== undefined && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
    around.write(formatCostText(report, { width: Math.max(LEAST_WIDTH, columns ?? PIPED_WIDTH), colour }));
  }
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "its folder does not exist" : code === "EISDIR" ? "that is a folder" : message;
    throw new RangeError(`--html ${JSON.stringify(file)} cannot be written: ${why}`, { cause: error });
  }
}

function parseDimensions(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const unknown = names.filter((name) => !DIMENSIONS.has(name));
  if (unknown.length > 0 || names.length === 0)
    throw new RangeError(`--by ${JSON.stringify(text)}: there are ${[...DIMENSIONS].join(", ")}`);
  return [...new Set(names)];
}

function folderOf(asked: string | boolean | undefined, settings: Settings): string | undefined {
  if (asked === false) return undefined;
  return typeof asked === "string" ? asked : settings.costs.transcriptsDirectory;
}
