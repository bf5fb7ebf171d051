import type { Delivery, Fault, RecordedRequest, Scenario } from "../scenario.ts";
import { createId } from "./create-id.ts";
import type { Dialect, Exchange, KindDefinition } from "./dialect.ts";
import { prepareAnswer } from "./prepare-answer.ts";
import type { PreparedAnswer } from "./prepare-answer.ts";

interface RawRequest {
  request: RecordedRequest;
  url: URL;
  body: Buffer;
}

export interface FixedAnswer extends PreparedAnswer {
  delivery: Delivery;
  fault?: Fault;
}

/**
 * Renders each fixed scenario once per endpoint, model and stream flag, without parsing any body after that. Endpoints
 * that generate nothing are left to the usual way.
 */
export function createFixedAnswers(definition: KindDefinition, scenarios: readonly Scenario[]) {
  const rendered = new Map<string, FixedAnswer>();
  return (dialect: Dialect, raw: RawRequest): FixedAnswer | undefined => {
    const index = dialect.generation === undefined ? -1 : scenarios.findIndex((scenario) => fits(scenario, raw.body));
    const scenario = scenarios[index];
    if (scenario === undefined) return undefined;
    const model = readModel(raw.body);
    const stream = raw.body.includes('"stream":true') || raw.body.includes('"stream": true');
    const key = `${index} ${dialect.name} ${raw.url.pathname} ${model} ${stream}`;
    let answer = rendered.get(key);
    if (answer === undefined) {
      const prepared = prepareAnswer(dialect, createMinimalExchange(dialect, raw, { model, stream }), scenario);
      if (definition.requestIdHeader !== undefined) prepared.headers[definition.requestIdHeader] ??= createId("req_");
      const { delivery = {}, fault } = scenario;
      answer = { ...prepared, delivery, ...(fault === undefined ? {} : { fault }) };
      rendered.set(key, answer);
    }
    return answer;
  };
}

function fits(scenario: Scenario, body: Buffer): boolean {
  const contains = scenario.match?.contains;
  return contains === undefined || body.includes(contains);
}

/** The first "model" of the body; a nested one would be read too, which a fixed answer can live with. */
function readModel(body: Buffer): string {
  const at = body.indexOf('"model"');
  if (at < 0) return "";
  return /^"model"\s*:\s*"([^"]*)"/.exec(body.toString("latin1", at, at + 300))?.[1] ?? "";
}

function createMinimalExchange(dialect: Dialect, raw: RawRequest, body: { model: string; stream: boolean }): Exchange {
  const json = { ...body, max_tokens: 64_000, messages: [{ role: "user", content: "x" }], input: "x" };
  return {
    request: { ...raw.request, json },
    method: raw.request.method,
    path: raw.url.pathname,
    query: raw.url.searchParams,
    parameters: { ...dialect.path.exec(raw.url.pathname)?.groups },
    headers: raw.request.headers,
    json,
    bodyBytes: raw.body.length,
    requestId: createId("req_"),
  };
}
