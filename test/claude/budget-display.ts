import { toGatewayToken } from "@switchyard/service-kit";
import { startSimulator, type Brain } from "@switchyard/simulators";
import { startMesh } from "../support/start-mesh.ts";
import { createClientFolders, runClient, type ClientFolders } from "./claude-client.ts";
import { openClientTerminal } from "./client-terminal.ts";

/** What one way to use the client showed of a budget that was nearly used up, and then used up. */
export interface BudgetDisplay {
  way: string;
  /** What is not as it must be; empty: all is. */
  problems: string[];
}

const KEYS = { laptop: "sk-switchyard-of-laptop-0123456789", nightly: "sk-switchyard-of-nightly-0123456789" };
/** At $4 and $20 per million: $0.06. */
const ANSWER = { input: 10_000, output: 1_000, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
const BUDGET = 0.07;
const WARNING = "You've used 85% of your usage credits";
/** Of those that retry a refusal the first waits alone take longer. */
const FINAL_WITHIN_MS = 15_000;

const usedUp = (name: string): string => `The daily budget of the client "${name}" is used up: $0.12 of $0.07.`;

/** Two clients with a budget of one answer: one at a terminal with a gateway token, one with a plain API key and no terminal. */
export async function runBudgetDisplays(program: string): Promise<BudgetDisplay[]> {
  const simulator = await startSimulator("anthropic");
  let answers = 0;
  const brain: Brain = ({ tools }) => {
    if (tools.length === 0) return { blocks: [{ type: "text", text: "A session" }], usage: { input: 0, output: 0 } };
    answers += 1;
    return { blocks: [{ type: "text", text: `This is answer ${answers}.` }], usage: ANSWER };
  };
  simulator.useBrain(brain);
  const clients = Object.entries(KEYS).map(([name, key]) => ({ name, key, budgets: { day: BUDGET } }));
  const mesh = await startMesh({
    simulators: { anthropic: simulator.url },
    config: { gateway: { clients }, costs: { price_refresh: 0 } },
  });
  try {
    const rig = { program, gateway: mesh.url, answers: () => answers };
    return [await showAtTerminal(rig), await showWithoutTerminal(rig)];
  } finally {
    await mesh.stop();
    await simulator.close();
  }
}

interface Rig {
  program: string;
  gateway: string;
  answers: () => number;
}

async function showAtTerminal({ program, gateway, answers }: Rig): Promise<BudgetDisplay> {
  const problems: string[] = [];
  await withFolders(async ({ home, folder }) => {
    const env = { ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: toGatewayToken(KEYS.laptop) };
    const terminal = openClientTerminal({ program, gateway, home, folder, env });
    const expect = async (words: string): Promise<void> => {
      if (!(await terminal.sees(words))) problems.push(`"${words}" was not shown, but ${terminal.shown.slice(-600)}`);
    };
    try {
      await terminal.sees("autocomplete", 3_000);
      terminal.say("hello");
      await expect("This is answer 1.");
      if (await terminal.sees("usage credits", 1_000)) problems.push("a warning came too early");
      terminal.say("again");
      await expect("This is answer 2.");
      await expect(WARNING);
      terminal.say("and again");
      await expect(usedUp("laptop"));
      for (const words of ["Server is temporarily limiting requests", "Retrying in"])
        if (terminal.shown.includes(words.replaceAll(" ", ""))) problems.push(`it says "${words}"`);
      if (answers() !== 2) problems.push(`the upstream answered ${answers()} times`);
    } finally {
      await terminal.close();
    }
  });
  return { way: "terminal, gateway token", problems };
}

async function showWithoutTerminal({ program, gateway }: Rig): Promise<BudgetDisplay> {
  const problems: string[] = [];
  await withFolders(async ({ home, folder }) => {
    const env = { ANTHROPIC_API_KEY: KEYS.nightly };
    const ask = () => runClient({ program, gateway, prompt: "hello", home, folder, env });
    for (let count = 0; count < 2; count += 1) {
      const { is_error: failed, result } = await ask();
      if (failed) problems.push(result);
    }
    const started = performance.now();
    const refused = await ask();
    const ms = performance.now() - started;
    if (!refused.is_error || !refused.result.includes(usedUp("nightly"))) problems.push(`it says "${refused.result}"`);
    if (ms > FINAL_WITHIN_MS) problems.push(`it took ${Math.round(ms / 1000)} s to give up`);
  });
  return { way: "-p, API key", problems };
}

async function withFolders(use: (folders: ClientFolders) => Promise<void>): Promise<void> {
  const folders = createClientFolders();
  try {
    await use(folders);
  } finally {
    folders.remove();
  }
}
