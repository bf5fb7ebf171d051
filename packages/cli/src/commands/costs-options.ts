import { Option, type Command } from "commander";
import { costs, type CostsOptions } from "./costs.ts";
import { createKey, listKeys, revokeKey, type KeysOptions, type NewKeyOptions } from "./keys.ts";

/** Adds `costs` and `keys`. */
export function addCostCommands(program: Command): void {
  program
    .command("costs")
    .description("what it cost: through the mesh, and directly by Claude Code's own transcripts")
    .option("--since <time>", "7d, 24h, 2026-11-01 or 2026-11-01T08:00", "7d")
    .option("--until <time>", "the same forms; a day counts whole; default: now")
    .option("--by <dimensions>", "provider, model, client, session, agent, project, day, hour, month, …", "day,model")
    .option("--json", "as JSON", false)
    .option("--csv", "as CSV", false)
    .option("--html <file>", "as a page with charts, in one file")
    .option("--format <name>", "claude-costs-report: the report of older gateways, as JSON")
    .option("--transcripts <folder>", "Claude Code's projects; default: ~/.claude/projects, or as configured")
    .option("--no-transcripts", "only the mesh")
    .option("--url <address>", "of the cost worker; default: as configured")
    .action(async (options: CostsOptions) => costs(options));

  const keys = program.command("keys").description("client keys: who may use the mesh, and for how much");
  keys
    .command("create")
    .description("make a key; it is shown once")
    .argument("<name>", "whose it is")
    .option("--hour <dollars>", "budget of an hour")
    .option("--day <dollars>", "budget of a day")
    .option("--month <dollars>", "budget of a month")
    .option("--requests <count>", "requests per minute")
    .option("--tokens <count>", "tokens per minute")
    .option("--providers <names>", "only these, with commas between")
    .option("--models <names>", 'only these, with commas between; "*" stands for anything')
    .option("--expires <date>", "2027-01-31 or 2027-01-31T18:00:00Z")
    .option("--strict", "reserve the dearest possible answer: no budget is ever passed")
    .addOption(
      new Option("--over-budget <what>", "cheaper: the cheapest model that can answer").choices(["refuse", "cheaper"]),
    )
    .option("--json", "as JSON", false)
    .option("--url <address>", "of the cost worker; default: as configured")
    .action(async (name: string, options: NewKeyOptions) => createKey(name, options));
  keys
    .command("list")
    .description("every key, with what it may spend and has spent")
    .option("--json", "as JSON", false)
    .option("--url <address>", "of the cost worker; default: as configured")
    .action(async (options: KeysOptions) => listKeys(options));
  keys
    .command("revoke")
    .description("nobody comes in with this key any more")
    .argument("<id>", "as `keys list` shows it")
    .option("--json", "as JSON", false)
    .option("--url <address>", "of the cost worker; default: as configured")
    .action(async (id: string, options: KeysOptions) => revokeKey(id, options));
}
