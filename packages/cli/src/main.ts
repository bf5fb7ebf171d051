import process from "node:process";
import { Command } from "commander";
import { claude } from "./commands/claude.ts";
import { addCostCommands } from "./commands/costs-options.ts";
import { createTokensCommand } from "./commands/create-tokens.ts";
import { runReload } from "./commands/reload.ts";
import { simulators } from "./commands/simulators.ts";
import { start, type StartOptions } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { EXIT, tellFailure } from "./tell-failure.ts";
import { VERSION } from "./version.ts";

/** For containers and tests; nobody needs them by hand. */
const HIDDEN = new Set(["create-tokens", "simulators"]);

const program = new Command("switchyard")
  .description("One address for Claude Code, every model provider behind it")
  .version(VERSION);

program
  .command("start", { isDefault: true })
  .description("run the whole mesh on this machine")
  .option("--demo", "over simulated upstreams, even where credentials are set", false)
  .option("--only <services>", "some of its services, with commas: gateway,cost-worker")
  .action(async (options: StartOptions) => start(options));

program
  .command("demo")
  .description("the same as start --demo")
  .action(async () => start({ demo: true }));

program
  .command("status")
  .description("health of the gateway and of every provider service")
  .option("--json", "as JSON", false)
  .action(async (options: { json: boolean }) => status(options));

program
  .command("reload")
  .description("have the running mesh read its settings anew, without a restart")
  .action(async () => {
    process.exitCode = await runReload({
      cwd: process.cwd(),
      env: process.env,
      write: (text) => void process.stdout.write(text),
      writeError: (text) => void process.stderr.write(text),
    });
  });

program
  .command("claude")
  .description("run Claude Code against the gateway; what follows is passed on")
  .argument("[arguments...]")
  .allowUnknownOption()
  .helpOption(false)
  .action(async (args: string[]) => claude(args));

addCostCommands(program);

program
  .command("create-tokens", { hidden: true })
  .description("write the inner token and the admin token into a folder, once")
  .argument("<folder>")
  .action((folder: string) => createTokensCommand(folder));

program
  .command("simulators", { hidden: true })
  .description("only the simulated upstreams, on fixed ports")
  .action(async () => simulators());

const asked = process.argv[2];
const names = program.commands.map((command) => command.name());
if (asked !== undefined && !asked.startsWith("-") && ![...names, "help"].includes(asked)) {
  const known = names.filter((name) => !HIDDEN.has(name));
  process.stderr.write(`There is no command ${JSON.stringify(asked)}; there are ${known.join(", ")}.\n`);
  process.exitCode = EXIT.usage;
} else {
  await program.parseAsync(process.argv).catch((error: unknown) => {
    const told = tellFailure(error);
    if (told === undefined) throw error;
    process.stderr.write(told.text);
    process.exitCode = told.exitCode;
  });
}
