import { z } from "zod";
import type { Brain, ConversationView, Scenario } from "../scenario.ts";

const CALL = z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) });
const STEP = z.object({
  reasoning: z.string().optional(),
  /** `{{result}}` stands for the text of the last tool result. */
  text: z.string().optional(),
  /** Calls of one step are parallel. */
  calls: z.array(CALL).optional(),
});
const PLAN = z.object({
  /** Only when the person's last text holds this. */
  when: z.string().optional(),
  steps: z.array(STEP).min(1),
});

export const AGENT_PLANS = z.union([PLAN.transform((plan) => [plan]), z.array(PLAN).min(1)]);

export type AgentStep = z.infer<typeof STEP>;
export type AgentPlan = z.infer<typeof PLAN>;

/**
 * Plays an agent session: the place in the plan is told by the number of tool results since the person's last text, so
 * that it survives a change of provider and a repeated request. A tool that is not offered ends the session with a text
 * that says so. Requests without tools (titles, summaries) get a short text.
 */
export function createAgentBrain(plans: AgentPlan | readonly AgentPlan[]): Brain {
  const list = [plans].flat();
  return (view) => {
    const plan = list.find((candidate) => candidate.when === undefined || view.lastUserText.includes(candidate.when));
    if (plan === undefined) return undefined;
    if (view.tools.length === 0) return { blocks: [{ type: "text", text: "A simulated session" }] };
    return playStep(findStep(plan.steps, view.toolResults.length), view);
  };
}

/** The step before which exactly so many results came; the last one when there are more. */
function findStep(steps: readonly AgentStep[], results: number): AgentStep {
  let before = 0;
  for (const step of steps) {
    const calls = step.calls?.length ?? 0;
    if (results < before + Math.max(1, calls)) return step;
    before += calls;
  }
  return steps.at(-1) ?? { text: "The plan is empty." };
}

function playStep(step: AgentStep, view: ConversationView): Scenario {
  const missing = step.calls?.find((call) => !view.tools.includes(call.tool));
  if (missing !== undefined) {
    return { blocks: [{ type: "text", text: `The tool ${missing.tool} is not offered: ${view.tools.join(", ")}` }] };
  }
  const text = step.text?.replaceAll("{{result}}", view.toolResults.at(-1)?.text.slice(0, 2_000) ?? "");
  return {
    blocks: [
      ...(step.reasoning === undefined ? [] : [{ type: "reasoning" as const, text: step.reasoning }]),
      ...(text === undefined ? [] : [{ type: "text" as const, text }]),
      ...(step.calls ?? []).map(({ tool, input }) => ({ type: "tool_call" as const, name: tool, input })),
    ],
  };
}
