import type { Brain } from "../scenario.ts";
import { AGENT_PLANS, createAgentBrain } from "./create-agent-brain.ts";
import { demoBrain } from "./demo-brain.ts";

/** Brains that other processes can ask for by name; the plan comes as JSON and is checked. */
export const BRAINS: Readonly<Record<string, (plan: unknown) => Brain>> = {
  demo: () => demoBrain,
  agent: (plan) => createAgentBrain(AGENT_PLANS.parse(plan)),
};
