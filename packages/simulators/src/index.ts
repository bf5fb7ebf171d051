export * from "./scenario.ts";
export * from "./engine/dialect.ts";
export { createSimulatorServer } from "./engine/create-simulator-server.ts";
export type { SimulatorServerOptions } from "./engine/create-simulator-server.ts";
export { SIMULATOR_KINDS, startSimulator } from "./start-simulator.ts";
export type { SimulatorKind, SimulatorOptions } from "./start-simulator.ts";
export { createAgentBrain } from "./brains/create-agent-brain.ts";
export type { AgentPlan, AgentStep } from "./brains/create-agent-brain.ts";
export { demoBrain } from "./brains/demo-brain.ts";
