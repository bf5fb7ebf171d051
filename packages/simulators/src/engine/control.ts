import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { QuotaBook } from "../quotas/quota-book.ts";
import { QUOTA_RULES } from "../quotas/quota-rule.ts";
import type { Brain } from "../scenario.ts";
import { readBody } from "./read-body.ts";
import type { RequestLog } from "./request-log.ts";
import type { ScenarioQueue } from "./scenario-queue.ts";

const BODY_LIMIT = 16 * 1024 * 1024;

const SCENARIOS = z.array(z.looseObject({}));
const BRAIN = z.object({ name: z.string().nullable(), plan: z.unknown().optional() });

export interface ControlDeps {
  log: RequestLog;
  queue: ScenarioQueue;
  book: QuotaBook;
  reset(): void;
  useBrain(brain: Brain | undefined): void;
  brains: Readonly<Record<string, (plan: unknown) => Brain>>;
}

/**
 * Scripts over HTTP for other processes: `POST /__control/script` (an array of scenarios), `POST /__control/brain`
 * (`{"name","plan"}`, name null for none), `POST /__control/reset`, `GET /__control/requests`, `POST /__control/quotas` (an array of
 * rules, which begin unused), `GET /__control/quotas`.
 */
export function createControl(deps: ControlDeps) {
  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming, BODY_LIMIT);
    const { status, answer } = act(deps, `${incoming.method} ${incoming.url}`, body.toString());
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  };
}

function act(deps: ControlDeps, route: string, body: string): { status: number; answer: unknown } {
  try {
    switch (route) {
      case "POST /__control/script": {
        const scenarios = SCENARIOS.parse(JSON.parse(body));
        deps.queue.push(scenarios);
        return { status: 200, answer: { queued: scenarios.length } };
      }
      case "POST /__control/brain":
        return useBrain(deps, BRAIN.parse(JSON.parse(body)));
      case "POST /__control/quotas": {
        const rules = QUOTA_RULES.parse(JSON.parse(body));
        deps.book.replace(rules);
        return { status: 200, answer: { quotas: rules.length } };
      }
      case "GET /__control/quotas":
        return { status: 200, answer: deps.book.report() };
      case "POST /__control/reset":
        deps.reset();
        return { status: 200, answer: {} };
      case "GET /__control/requests":
        return { status: 200, answer: deps.log.requests };
      default:
        return { status: 404, answer: { error: `no control endpoint: ${route}` } };
    }
  } catch (error) {
    return { status: 400, answer: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function useBrain(deps: ControlDeps, wish: z.infer<typeof BRAIN>): { status: number; answer: unknown } {
  if (wish.name === null) {
    deps.useBrain(undefined);
    return { status: 200, answer: { brain: null } };
  }
  const create = Object.hasOwn(deps.brains, wish.name) ? deps.brains[wish.name] : undefined;
  if (create === undefined) {
    return {
      status: 400,
      answer: { error: `no brain named ${wish.name}; there are: ${Object.keys(deps.brains).join(", ")}` },
    };
  }
  deps.useBrain(create(wish.plan));
  return { status: 200, answer: { brain: wish.name } };
}
