import { liveSubscriptionDay, liveTeamDay, SEED } from "./days.ts";
import { reportDay } from "./report.ts";

/** `node test/simulated-day/main.ts [seed]`: what routing saves on a working day, and what it costs in waiting. */
const seed = Number(process.argv[2] ?? SEED);
console.log(reportDay(`A team of 25 and their agents, three providers of one model (seed ${seed})`, liveTeamDay(seed)));
console.log(reportDay(`One developer, a subscription that runs out twice (seed ${seed})`, liveSubscriptionDay(seed)));
