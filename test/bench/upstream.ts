/** The simulated upstreams of the benchmark, in a process of their own. Prints their URLs as one line of JSON. */
import { startSimulator, type Scenario } from "@switchyard/simulators";

/** Requests say in their first sentence which answer they want (request-bodies.ts). */
const ANSWERS: readonly Scenario[] = [
  { match: { contains: "bench:50" }, delivery: { events: 50 } },
  { match: { contains: "bench:500" }, delivery: { events: 500 } },
  { match: { contains: "bench:paced" }, delivery: { events: 100, eventDelayMs: 10 } },
  { match: { contains: "bench:idle" }, delivery: { events: 50 }, fault: { type: "hang", afterEvents: 8 } },
  { match: { contains: "bench:whole" } },
];

const text = "Some text of an answer, as long as answers are. ".repeat(20);

const simulators = await Promise.all([startSimulator("anthropic"), startSimulator("openai")]);
for (const simulator of simulators)
  simulator.script(
    ...ANSWERS.map((answer): Scenario => ({ ...answer, times: "always", blocks: [{ type: "text", text }] })),
  );
const [anthropic, openai] = simulators;
console.log(JSON.stringify({ anthropic: anthropic.url, openai: openai.url }));
process.on("disconnect", () => process.exit(0));
