import { GatewayError } from "@switchyard/wire";

import { checkEvents, describeProblems } from "../usage/usage-schema.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { Handler } from "./guarded.ts";
import { badRequest, readInput } from "./read-input.ts";

const MAX_BYTES = 32 * 1024 * 1024;
const MOST_EVENTS = 10_000;
/** All problems are told, up to this bound. */
const MOST_LISTED = 1000;

/**
 * POST /usage {"events": […]}: 200 when the ledger has all of them. 400 where one cannot be understood: then none was
 * taken, and asking again for the same is of no use. 503: the ledger is away, nothing was taken.
 */
export function createUsageHandler({ recorder, metrics }: Pick<WorkerContext, "recorder" | "metrics">): Handler {
  return async (request, response) => {
    const list = eventsOf(await readInput(request, MAX_BYTES));
    const { events, problems } = checkEvents(list);
    if (problems.length > 0) {
      metrics.countRefused(list.length - events.length);
      throw badRequest(problems.slice(0, MOST_LISTED), describeProblems(problems));
    }
    const { settled, intents, duplicates } = await recorder.record(events);
    response.json({ settled: settled.length, intents, duplicates });
  };
}

function eventsOf(body: unknown): readonly unknown[] {
  const events = typeof body === "object" && body !== null && !Array.isArray(body) ? Object(body)["events"] : body;
  if (!Array.isArray(events)) throw badRequest(["events: Input should be a list of usage events"]);
  if (events.length <= MOST_EVENTS) return events;
  throw new GatewayError("request_too_large", `events: No more than ${MOST_EVENTS} at a time`);
}
