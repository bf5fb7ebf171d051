import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConversationView, RecordedRequest, Scenario } from "../scenario.ts";
import type { QuotaGate, QuotaTab } from "../quotas/create-quota-gate.ts";
import { createId } from "./create-id.ts";
import { deliver } from "./deliver.ts";
import type { ClientConnection } from "./deliver.ts";
import type { Dialect, Exchange, JsonAnswer, KindDefinition } from "./dialect.ts";
import { createFixedAnswers } from "./fixed-answers.ts";
import { prepareAnswer, prepareJson } from "./prepare-answer.ts";
import type { PreparedAnswer } from "./prepare-answer.ts";
import { readBody } from "./read-body.ts";
import type { RequestLog } from "./request-log.ts";
import type { ScenarioQueue } from "./scenario-queue.ts";

const DEFAULT_BODY_LIMIT = 32 * 1024 * 1024;

export interface RequestHandlerDeps {
  definition: KindDefinition;
  log: RequestLog;
  queue: ScenarioQueue;
  decide(request: RecordedRequest): Scenario | undefined;
  think(view: ConversationView, request: RecordedRequest): Scenario | undefined;
  defaultScenario: Scenario;
  quotas: QuotaGate;
  fixed?: readonly Scenario[];
}

type Handler = (incoming: IncomingMessage, response: ServerResponse) => Promise<void>;

/** From the request to the delivered answer: read, find the dialect, check, choose the scenario, word it, send it. */
export function createRequestHandler(deps: RequestHandlerDeps): Handler {
  const { definition, log } = deps;
  const fixedAnswers = deps.fixed === undefined ? undefined : createFixedAnswers(definition, deps.fixed);

  return async (incoming, response) => {
    const request = recordHead(incoming);
    const url = new URL(incoming.url ?? "/", "http://simulator");
    const dialect = definition.dialects.find((one) => one.method === request.method && one.path.test(url.pathname));
    const body = await readBody(incoming, dialect?.bodyLimit ?? DEFAULT_BODY_LIMIT);
    const changed = (): void => log.changed(request);
    const connection = watchClient(response, request, changed);

    const quick =
      body === "too-large" || dialect === undefined ? undefined : fixedAnswers?.(dialect, { request, url, body });
    if (quick !== undefined) {
      await deliver({ response, request, connection, changed, ...quick });
      return;
    }
    if (body !== "too-large") request.body = body.toString("utf8");
    if (dialect !== undefined) request.dialect = dialect.name;
    const exchange = createExchange({
      definition,
      request,
      url,
      dialect,
      bytes: body === "too-large" ? 0 : body.length,
    });
    log.add(request);
    const { prepared, scenario, tab } = choose(deps, { dialect, exchange, tooLarge: body === "too-large" });
    if (definition.requestIdHeader !== undefined) prepared.headers[definition.requestIdHeader] ??= exchange.requestId;
    const fault = scenario?.fault;
    const events = prepared.parts.filter((part) => part.isEvent).length;
    const progressed = (): void => {
      tab?.progress(request.eventsWritten, events);
      changed();
    };
    try {
      await deliver({
        response,
        request,
        ...prepared,
        delivery: scenario?.delivery ?? {},
        connection,
        changed: progressed,
        ...(fault === undefined ? {} : { fault }),
      });
    } finally {
      progressed();
      tab?.close();
    }
  };
}

interface Choice {
  prepared: PreparedAnswer;
  scenario?: Scenario;
  tab?: QuotaTab | undefined;
}

function choose(
  deps: RequestHandlerDeps,
  { dialect, exchange, tooLarge }: { dialect: Dialect | undefined; exchange: Exchange; tooLarge: boolean },
): Choice {
  const { definition, quotas } = deps;
  if (dialect === undefined) {
    return { prepared: prepareJson(definition.notFound?.(exchange) ?? { status: 404, body: "Not Found" }) };
  }
  const refusal = tooLarge
    ? dialect.wordError({ status: 413 }, exchange)
    : (dialect.check(exchange) ?? quotas.admit(dialect, exchange));
  if (refusal !== undefined) {
    exchange.request.refused = describe(refusal);
    return { prepared: prepareJson(refusal) };
  }
  const scenario = findScenario(deps, dialect, exchange);
  const prepared = prepareAnswer(dialect, exchange, scenario);
  quotas.rewriteHeaders(dialect, exchange, prepared.headers);
  return { prepared, scenario, tab: quotas.open(dialect, exchange, scenario) };
}

function findScenario(deps: RequestHandlerDeps, dialect: Dialect, exchange: Exchange): Scenario {
  const { request, path } = exchange;
  const view = dialect.generation?.view(exchange);
  const facts =
    view === undefined
      ? { request, path, pathRequired: true }
      : { request, path, pathRequired: false, model: view.model, stream: view.stream };
  if (view === undefined) return deps.queue.take(facts) ?? {};
  return deps.decide(request) ?? deps.think(view, request) ?? deps.queue.take(facts) ?? deps.defaultScenario;
}

function describe(refusal: JsonAnswer): string {
  return typeof refusal.body === "string" ? refusal.body : JSON.stringify(refusal.body);
}

function recordHead(incoming: IncomingMessage): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    at: Date.now(),
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers,
    body: "",
    json: undefined,
    status: 0,
    eventsWritten: 0,
    finished: false,
    notes: [],
  };
}

/** Notes the end of the answer, or the client's going before it; the signal tells the delivery to stop. */
function watchClient(response: ServerResponse, request: RecordedRequest, changed: () => void): ClientConnection {
  const controller = new AbortController();
  const connection: ClientConnection = { gone: controller.signal, cutHere: false };
  response.once("finish", () => {
    request.finished = true;
    changed();
  });
  response.once("close", () => {
    if (response.writableFinished) return;
    if (!connection.cutHere) request.abortedAt = Date.now();
    controller.abort();
    changed();
  });
  return connection;
}

interface ExchangeParts {
  definition: KindDefinition;
  request: RecordedRequest;
  url: URL;
  dialect: Dialect | undefined;
  bytes: number;
}

function createExchange({ definition, request, url, dialect, bytes }: ExchangeParts): Exchange {
  let jsonError: string | undefined;
  if (bytes > 0) {
    try {
      request.json = JSON.parse(request.body);
    } catch (error) {
      jsonError = (error as Error).message;
    }
  }
  return {
    request,
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    parameters: captureParameters(dialect, url.pathname),
    headers: request.headers,
    json: request.json,
    ...(jsonError === undefined ? {} : { jsonError }),
    bodyBytes: bytes,
    requestId: definition.createRequestId?.() ?? createId("req_"),
  };
}

function captureParameters(dialect: Dialect | undefined, path: string): Record<string, string> {
  const groups = dialect?.path.exec(path)?.groups ?? {};
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, safeDecode(value ?? "")]));
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
