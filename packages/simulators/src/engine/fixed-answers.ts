import type { RecordedRequest, Scenario } from "../scenario.ts";
import { createId } from "./create-id.ts";
import type { Dialect, Exchange, KindDefinition } from "./dialect.ts";
import { prepareAnswer } from "./prepare-answer.ts";
import type { PreparedAnswer } from "./prepare-answer.ts";

interface RawRequest {
  request: RecordedRequest;
  url: URL;
  body: Buffer;
}

/** Renders the fixed scenario once per endpoint, model and stream flag, without parsing any body after that. */
export function createFixedAnswers(definition: KindDefinition, scenario: Scenario) {
  const rendered = new Map<string, PreparedAnswer>();
  return (dialect: Dialect, raw: RawRequest): PreparedAnswer => {
    const model = readModel(raw.body);
    const stream = raw.body.includes('"stream":true') || raw.body.includes('"stream": true');
    const key = `${dialect.name} ${raw.url.pathname} ${model} ${stream}`;
    let prepared = rendered.get(key);
    if (prepared === undefined) {
      prepared = prepareAnswer(dialect, createMinimalExchange(dialect, raw, { model, stream }), scenario);
      if (definition.requestIdHeader !== undefined) prepared.headers[definition.requestIdHeader] ??= createId("req_");
      rendered.set(key, prepared);
    }
    return prepared;
  };
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
