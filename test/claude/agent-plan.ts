import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Brain, ConversationView, ScenarioBlock, ToolResultView } from "@switchyard/simulators";
import { IMAGE_NOT_SEEN } from "@switchyard/translation";

/** One answer of the model in a session: what it thinks, says and calls. */
export type PlanStep = (view: ConversationView) => ScenarioBlock[];

/** What the last sentence of a whole session holds. */
export const DONE = "All steps are done.";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mP4z8BAEmIY1TCqYfhqAACQ+f8B8u7oVwAAAABJRU5ErkJggg==";

export const FILES = { written: "hello.txt", touched: "made-by-bash.txt", image: "pixel.png" } as const;

/** Puts the image into the project that the session will read. */
export function preparePlanFolder(folder: string): void {
  writeFileSync(path.join(folder, FILES.image), Buffer.from(PIXEL, "base64"));
}

/** Write a file, run a command, read an image, two calls in parallel, a tool search, the tool it found, an answer. */
export function createWorkPlan(folder: string): PlanStep[] {
  const at = (name: string): string => path.join(folder, name);
  return [
    () => [
      { type: "reasoning", text: "First the file." },
      { type: "text", text: "I write the file." },
      { type: "tool_call", name: "Write", input: { file_path: at(FILES.written), content: "hello from the mesh\n" } },
    ],
    () => [
      { type: "reasoning", text: "Then a command." },
      {
        type: "tool_call",
        name: "Bash",
        input: { command: `touch ${at(FILES.touched)}`, description: "Creates a file" },
      },
    ],
    () => [{ type: "tool_call", name: "Read", input: { file_path: at(FILES.image) } }],
    (view) => {
      if (!view.toolResults.some(tellsOfImage)) return [{ type: "text", text: "No image came back." }];
      return [
        { type: "reasoning", text: "Two things at once." },
        { type: "tool_call", name: "Read", input: { file_path: at(FILES.written) } },
        {
          type: "tool_call",
          name: "Bash",
          input: { command: `cat ${at(FILES.written)}`, description: "Shows the file" },
        },
      ];
    },
    (view) =>
      view.tools.includes("ToolSearch")
        ? [{ type: "tool_call", name: "ToolSearch", input: { query: "select:CronList", max_results: 1 } }]
        : [{ type: "text", text: `${DONE} This client has no tool search.` }],
    (view) =>
      view.tools.includes("CronList")
        ? [{ type: "tool_call", name: "CronList", input: {} }]
        : [{ type: "text", text: `The tool that was searched for is not offered: ${view.tools.join(", ")}` }],
    () => [{ type: "text", text: DONE }],
  ];
}

/** Searches the web and says what came of it: the client makes a request of its own for it, with a server tool. */
export const searchBrain: Brain = (view) => {
  if (!view.tools.includes("WebSearch")) return { blocks: [{ type: "text", text: "What the search found." }] };
  const [result] = view.toolResults;
  if (result) return { blocks: [{ type: "text", text: `The tool said: ${result.text}` }] };
  return { blocks: [{ type: "tool_call", name: "WebSearch", input: { query: "switchyard" } }] };
};

/** A model without eyes is told in words that an image stood there. */
function tellsOfImage(result: ToolResultView): boolean {
  return result.hasImage || result.text.includes(IMAGE_NOT_SEEN);
}

/** Thinking and two parallel calls, then the answer: the turn that is played at each switch of provider. */
export function createSwitchPlan(folder: string): PlanStep[] {
  return [
    () => [
      { type: "reasoning", text: "Two looks at once." },
      { type: "text", text: "I look twice." },
      { type: "tool_call", name: "Bash", input: { command: "echo one", description: "Says one" } },
      { type: "tool_call", name: "Bash", input: { command: `ls ${folder}`, description: "Lists the folder" } },
    ],
    () => [
      { type: "reasoning", text: "Enough seen." },
      { type: "text", text: DONE },
    ],
  ];
}

/** What the upstream reported for the answers of a session, to be held against what the client prints. */
export interface ReportedUsage {
  input: number;
  output: number;
}

export interface PlanBrain {
  brain: Brain;
  /** Summed over the answers so far; titles and summaries apart. */
  readonly reported: ReportedUsage;
}

/**
 * Plays a plan: the step is found by how many answers with calls came since the person's last words, so that
 * the plan survives a switch of provider. Requests without tools (titles, summaries) get a short text. Each
 * answer reports tokens that no estimate would hit by chance.
 */
export function createPlanBrain(plan: readonly PlanStep[]): PlanBrain {
  const reported: ReportedUsage = { input: 0, output: 0 };
  const brain: Brain = (view) => {
    if (view.tools.length === 0) return { blocks: [{ type: "text", text: "A session" }] };
    const index = countCompletedSteps(plan, view);
    const usage = { input: 21_000 + 137 * index, output: 310 + 11 * index, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
    reported.input += usage.input;
    reported.output += usage.output;
    return { blocks: plan[index]?.(view) ?? [{ type: "text", text: DONE }], usage };
  };
  return { brain, reported };
}

/** Each step with n calls leaves n results; the results that came tell how many steps are behind. */
function countCompletedSteps(plan: readonly PlanStep[], view: ConversationView): number {
  let results = view.toolResults.length;
  for (const [index, step] of plan.entries()) {
    const calls = step(view).filter((block) => block.type === "tool_call").length;
    if (results < calls || calls === 0) return index;
    results -= calls;
  }
  return plan.length;
}
