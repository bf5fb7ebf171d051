/** The simulated upstreams of the benchmark, in a process of their own. Prints their URLs as one line of JSON. */
import { startSimulator, type Scenario } from "@switchyard/simulators";

/** Requests say in their first sentence which answer they want (request-bodies.ts), up to its full stop. */
const ANSWERS: readonly Scenario[] = [
  { match: { contains: "bench:50." }, delivery: { events: 50 } },
  { match: { contains: "bench:500." }, delivery: { events: 500 } },
  { match: { contains: "bench:paced." }, delivery: { events: 300, eventDelayMs: 10 } },
  { match: { contains: "bench:idle." }, delivery: { events: 50 }, fault: { type: "hang", afterEvents: 8 } },
  { match: { contains: "bench:whole." } },
];

const text = "Some text of an answer, as long as answers are. ".repeat(20);
/** Rendered once: what the upstream itself costs is not what is measured. */
const fixed = ANSWERS.map((answer): Scenario => ({ ...answer, blocks: [{ type: "text", text }] }));

const [anthropic, openai] = await Promise.all([
  startSimulator("anthropic", { fixed }),
  startSimulator("openai", { fixed }),
]);
console.log(JSON.stringify({ anthropic: anthropic.url, openai: openai.url }));
process.on("disconnect", () => process.exit(0));
