import { parseArgs } from "node:util";

import { liveSubscriptionDay, liveTeamDay, SEED } from "./days.ts";
import { reportDay } from "./report.ts";

/** `node test/simulated-day/main.ts [--seed 7] [--json]`: what routing saves on a working day, and what it costs. */
const { values } = parseArgs({ options: { seed: { type: "string" }, json: { type: "boolean" } } });
const seed = Number(values.seed ?? SEED);
const team = liveTeamDay(seed);
const subscription = liveSubscriptionDay(seed);
if (values.json === true) {
  console.log(JSON.stringify({ team, subscription }));
} else {
  console.log(reportDay(`A team of 25 and their agents, three providers of one model (seed ${seed})`, team));
  console.log(reportDay(`One developer, a subscription that runs out twice (seed ${seed})`, subscription));
}
