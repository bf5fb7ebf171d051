import process from "node:process";
import { formatTable } from "@switchyard/reports";
import { loadSettings, toGatewayToken } from "@switchyard/service-kit";
import { z } from "zod";
import { createWorkerClient, WorkerError, type WorkerClient } from "./worker-client.ts";

export interface KeysOptions {
  json?: boolean;
  url?: string;
}

export interface NewKeyOptions extends KeysOptions {
  /** Dollars. */
  hour?: string;
  day?: string;
  month?: string;
  requests?: string;
  tokens?: string;
  providers?: string;
  models?: string;
  expires?: string;
  strict?: boolean;
  overBudget?: string;
}

/** What the commands need of the process around them. */
export interface KeysProcess {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  columns: number | undefined;
  write: (text: string) => void;
  writeError: (text: string) => void;
}

const dollars = z.number().nullish();
const amounts = z.looseObject({ hour: dollars, day: dollars, month: dollars });
const keySchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  status: z.string(),
  budgets: amounts,
  spent: amounts,
  requests_per_minute: z.number().nullish(),
  tokens_per_minute: z.number().nullish(),
  providers: z.array(z.string()).nullish(),
  models: z.array(z.string()).nullish(),
  expires: z.string().nullish(),
  strict: z.boolean(),
});
const listSchema = z.looseObject({ keys: z.array(keySchema) });
const createdSchema = z.looseObject({ id: z.string(), name: z.string(), key: z.string() });
const revokedSchema = z.looseObject({ id: z.string(), name: z.string() });

type ShownKey = z.infer<typeof keySchema>;

const PIPED_WIDTH = 120;

/** `switchyard keys create`. */
export async function createKey(name: string, options: NewKeyOptions): Promise<void> {
  process.exitCode = await runCreateKey(name, options, aroundUs());
}

/** `switchyard keys list`. */
export async function listKeys(options: KeysOptions): Promise<void> {
  process.exitCode = await runListKeys(options, aroundUs());
}

/** `switchyard keys revoke`. */
export async function revokeKey(id: string, options: KeysOptions): Promise<void> {
  process.exitCode = await runRevokeKey(id, options, aroundUs());
}

/** Exit code 0: the key is in the books, and was shown for the only time. */
export async function runCreateKey(name: string, options: NewKeyOptions, around: KeysProcess): Promise<number> {
  return answering(options, around, async (worker) => {
    const told = await worker.ask("/api/keys", { method: "POST", body: describeKey(name, options) });
    const created = read(createdSchema, told, worker);
    const token = toGatewayToken(created.key);
    if (options.json === true) return show({ ...(told as object), claude_code_token: token });
    return [
      `${created.name} (${created.id})`,
      "",
      `  ${created.key}`,
      "",
      "For Claude Code in this form, in which it also shows when a budget is nearly used up:",
      "",
      `  export ANTHROPIC_AUTH_TOKEN=${token}`,
      "",
      "This key is shown once: only its digest is kept. Clients that show no key, or another, are",
      "refused from the gateway's next look at the keys on, on this machine too.",
      "",
    ].join("\n");
  });
}

export async function runListKeys(options: KeysOptions, around: KeysProcess): Promise<number> {
  return answering(options, around, async (worker) => {
    const told = await worker.ask("/api/keys");
    const { keys } = read(listSchema, told, worker);
    if (options.json === true) return show(told);
    if (keys.length === 0) return "There are no keys yet: npm run mesh -- keys create <name>\n";
    const table = {
      head: ["name", "id", "status", "hour", "day", "month", "per minute", "allowed", "expires"],
      body: keys.map(describeRow),
      texts: 3,
    };
    const colour = around.columns !== undefined && (around.env["NO_COLOR"] ?? "") === "";
    return `${formatTable(table, { width: around.columns ?? PIPED_WIDTH, colour })}\n`;
  });
}

export async function runRevokeKey(id: string, options: KeysOptions, around: KeysProcess): Promise<number> {
  return answering(options, around, async (worker) => {
    const told = await worker.ask(`/api/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
    const revoked = read(revokedSchema, told, worker);
    if (options.json === true) return show(told);
    return `${revoked.name} (${revoked.id}) is revoked: gateways refuse it from their next look at the keys on.\n`;
  });
}

async function answering(
  options: KeysOptions,
  around: KeysProcess,
  action: (worker: WorkerClient) => Promise<string>,
): Promise<number> {
  const settings = loadSettings({ cwd: around.cwd, env: { ...around.env } });
  try {
    around.write(await action(createWorkerClient(settings, options.url)));
    return 0;
  } catch (error) {
    if (!(error instanceof WorkerError || error instanceof RangeError)) throw error;
    const away =
      error instanceof WorkerError && error.status === undefined && error.message.includes("does not answer");
    around.writeError(
      `${error.message}.${away ? " Is the mesh running? The address is costs.worker_url, or --url." : ""}\n`,
    );
    return 1;
  }
}

/** Only what was asked for: the worker knows what is right, and says so. */
function describeKey(name: string, options: NewKeyOptions): Record<string, unknown> {
  const { hour, day, month, requests, tokens, providers, models, expires, strict, overBudget } = options;
  const budgets = defined({
    hour: toNumber("--hour", hour),
    day: toNumber("--day", day),
    month: toNumber("--month", month),
  });
  return defined({
    name: toName(name),
    budgets: Object.keys(budgets).length > 0 ? budgets : undefined,
    requests_per_minute: toCount("--requests", requests),
    tokens_per_minute: toCount("--tokens", tokens),
    providers: toList(providers),
    models: toList(models),
    expires,
    strict: strict === true ? true : undefined,
    over_budget: overBudget,
  });
}

function describeRow(key: ShownKey): string[] {
  const { budgets, spent, requests_per_minute: requests, tokens_per_minute: tokens, providers, models } = key;
  const budget = (name: "hour" | "day" | "month"): string => {
    const [used, most] = [spent[name], budgets[name]];
    if (typeof most !== "number") return typeof used === "number" ? toDollars(used) : "–";
    return `${toDollars(used ?? 0)} of ${toDollars(most)}`;
  };
  const rates = [
    ...(typeof requests === "number" ? [`${requests} requests`] : []),
    ...(typeof tokens === "number" ? [`${tokens} tokens`] : []),
  ];
  const allowed = [...(providers ?? []), ...(models ?? [])];
  return [
    key.name,
    key.source === "configuration" ? `${key.id} (fixed)` : key.id,
    key.status,
    budget("hour"),
    budget("day"),
    budget("month"),
    rates.join(", ") || "–",
    allowed.join(", ") || "all",
    key.expires?.slice(0, 10) ?? "never",
  ];
}

function read<T>(schema: z.ZodType<T>, told: unknown, { url }: WorkerClient): T {
  const parsed = schema.safeParse(told);
  if (parsed.success) return parsed.data;
  throw new WorkerError(`what answers at ${url} is no cost worker of this version`, { cause: parsed.error });
}

function toNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replace(/^\$/, ""));
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new RangeError(`${option} ${JSON.stringify(text)} is no number above zero`);
  return value;
}

function toCount(option: string, text: string | undefined): number | undefined {
  const value = toNumber(option, text);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw new RangeError(`${option} ${JSON.stringify(text)} is no whole number`);
}

function toName(text: string): string {
  if (text.trim() === "") throw new RangeError("A key needs a name: whose it is");
  return text;
}

function toList(text: string | undefined): string[] | undefined {
  return text
    ?.split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function toDollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function show(told: unknown): string {
  return `${JSON.stringify(told, null, 2)}\n`;
}

function aroundUs(): KeysProcess {
  const { columns, isTTY } = process.stdout;
  return {
    cwd: process.cwd(),
    env: process.env,
    columns: isTTY ? columns : undefined,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  };
}
