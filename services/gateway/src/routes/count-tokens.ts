import type { Candidate } from "@switchyard/routing";
import { readBody, scopeOf, type Settings } from "@switchyard/service-kit";
import { type BodyScan, readRequestFacts, type RequestFacts, scanBody } from "@switchyard/wire";
import type { Request, Response } from "express";

import { findRest } from "../attempts/passed-failure.ts";
import { findOwnKeys } from "../clients/own-keys.ts";
import { forwardHeaders } from "../forward-headers.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { queryOf } from "../messages/messages-handler.ts";
import { planRequest } from "../messages/plan-request.ts";
import { innerHeaders } from "../providers/inner-headers.ts";

/** An upstream that counts slower than this is not waited for: clients count often, and can do with an estimate. */
const NATIVE_MS = 4000;

/**
 * POST /v1/messages/count_tokens: counted by the upstream that would answer, where it can count, else on
 * this machine. Never refused for limits or budgets: a client that cannot count spends a request on it.
 */
export function createCountTokensHandler(context: GatewayContext) {
  return async function handleCountTokens(request: Request, response: Response): Promise<void> {
    const settings = context.settings.current();
    const body = await readBody(request, { limitBytes: settings.gateway.maxBodyBytes });
    const scan = scanBody(body);
    const facts = readRequestFacts(scan, "count_tokens");
    const native = await countNatively(context, { request, response, settings, facts, body });
    if (native === undefined) response.json({ input_tokens: await context.countTokens(parseWhole(scan)) });
    else response.type("application/json").send(native);
  };
}

function parseWhole(scan: BodyScan): unknown {
  return scan.parse(scan.root);
}

interface CountRequest {
  request: Request;
  response: Response;
  settings: Settings;
  facts: RequestFacts;
  body: Buffer;
}

/** The upstream's own answer, byte for byte; undefined when it has none to give. */
async function countNatively(context: GatewayContext, count: CountRequest): Promise<Buffer | undefined> {
  const { request, response, settings, facts, body } = count;
  const policy = context.clients.policyOf(scopeOf(response).caller.client);
  const { plan, toTake } = await planRequest(context, { headers: request.headers, facts, policy, dry: true });
  const snapshot = context.state.snapshot();
  const candidate = plan.candidates.find((one) => findRest(one, snapshot, toTake(one).bucket) === undefined);
  if (candidate?.model.native_count_tokens !== true) return undefined;
  const provider = settings.providers.find(({ name }) => name === candidate.provider);
  if (provider === undefined) return undefined;
  const ownKeys = findOwnKeys(context, { settings, headers: request.headers });
  const passCredentials = provider.credential?.type === "client";
  const { requestId } = scopeOf(response);
  try {
    const answer = await context.http.send({
      method: "POST",
      url: `${provider.serviceUrl}/v1/messages/count_tokens${queryOf(request)}`,
      headers: {
        ...forwardHeaders(request.headers, { passCredentials, ownKeys }),
        ...innerHeaders(settings, { requestId, model: candidate.model.id }),
      },
      body,
      signal: AbortSignal.timeout(NATIVE_MS),
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk);
    const counted = Buffer.concat(chunks);
    return answer.status === 200 && isCount(counted) ? counted : undefined;
  } catch (error) {
    noteFallback(context, candidate, error);
    return undefined;
  }
}

function isCount(body: Buffer): boolean {
  const scan = scanBody(body);
  return (scan.readNumber(scan.field("input_tokens")) ?? 0) > 0;
}

function noteFallback({ logger }: GatewayContext, { provider }: Candidate, error: unknown): void {
  logger.debug("tokens counted here", { provider, reason: error instanceof Error ? error.message : String(error) });
}
