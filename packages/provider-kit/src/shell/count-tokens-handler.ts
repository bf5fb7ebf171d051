import { scopeOf } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { IncomingMessages } from "../families/family.ts";
import { createClientSignal } from "./client-signal.ts";
import { pickAnswerHeaders } from "./client-headers.ts";
import { completeHeaders, hideCredential } from "./complete-headers.ts";
import { guardCredential, nameErrorAnswer } from "./name-failure.ts";
import { readRequest } from "./read-request.ts";
import { readSmallBody } from "./read-small-body.ts";
import type { Shell } from "./shell.ts";

/** Counting is quick or of no use. */
const COUNT_TIMEOUT_MS = 30_000;

/**
 * `POST /v1/messages/count_tokens`, where the upstream itself counts. Elsewhere an honest 404: clients
 * then estimate by themselves, and the gateway counts locally.
 */
export function createCountTokensHandler(shell: Shell) {
  return async function countTokens(request: Request, response: Response): Promise<void> {
    const scope = scopeOf(response);
    const client = createClientSignal(response, shell.lifecycle);
    try {
      const incoming = await readRequest(shell, request, { scope, kind: "count_tokens" });
      const { headers, text } = await askUpstream(shell, incoming, client.signal);
      response.set(pickAnswerHeaders(headers)).type("application/json").send(text);
    } catch (error) {
      if (client.clientGone) return;
      throw client.signal.aborted ? client.signal.reason : error;
    } finally {
      client.release();
    }
  };
}

async function askUpstream(shell: Shell, incoming: IncomingMessages, signal: AbortSignal) {
  const { provider, http } = shell;
  const { model } = incoming.context;
  const family = shell.familyOf(model);
  const call = family.createCountCall?.(incoming);
  if (call === undefined) {
    throw new GatewayError("not_found_error", `${provider.name} does not count tokens for ${model.id}.`, {
      failure: "capability",
    });
  }
  try {
    const outgoing = await completeHeaders(shell, incoming, call);
    const answer = await http.send({
      method: "POST",
      url: call.url,
      headers: outgoing.headers,
      body: call.body,
      signal,
      answerTimeoutMs: COUNT_TIMEOUT_MS,
    });
    const { status, headers } = answer;
    const text = await readSmallBody(answer.body);
    if (status >= 400) {
      const body = hideCredential(text, outgoing.credential);
      throw nameErrorAnswer(provider, family, { status, headers, body, dialect: model.dialect }).error;
    }
    return { headers, text };
  } catch (error) {
    throw error instanceof GatewayError ? guardCredential(provider, error) : error;
  }
}
