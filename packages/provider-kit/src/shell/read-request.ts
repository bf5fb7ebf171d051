import { type RequestScope, joinChunks, readBodyChunks } from "@switchyard/service-kit";
import {
  type BodyScan,
  GatewayError,
  HEADERS,
  type RequestKind,
  readFacts,
  readRejections,
  readRequestFacts,
  scanBody,
} from "@switchyard/wire";
import type { Request } from "express";

import type { IncomingMessages } from "../families/family.ts";
import type { RequestContext } from "../provider.ts";
import { pickClientCredential, pickClientHeaders } from "./client-headers.ts";
import { findChosenModel, resolveModel } from "./resolve-model.ts";
import type { Shell } from "./shell.ts";

/**
 * The request as its family will need it: body read and scanned, model settled.
 *
 * @throws GatewayError for a body that is none, a model that is not there, a provider that is not configured
 */
export async function readRequest(
  shell: Shell,
  request: Request,
  { scope, kind }: { scope: RequestScope; kind: RequestKind },
): Promise<IncomingMessages> {
  const chunks = await readBodyChunks(request, { limitBytes: shell.limits.maxBodyBytes });
  let joined: Buffer | undefined;
  let scanned: BodyScan | undefined;
  const body = () => (joined ??= joinChunks(chunks));
  const scan = () => (scanned ??= scanBody(body()));
  const isInner = scope.caller.kind === "inner";
  // The gateway has read the body already.
  const facts = (isInner ? readFacts(headerOf(request, HEADERS.facts)) : undefined) ?? readRequestFacts(scan(), kind);
  assertConfigured(shell);
  const chosen = isInner ? headerOf(request, HEADERS.model) : undefined;
  const { provider, catalog } = shell;
  const model = chosen === undefined ? resolveModel(provider, catalog, facts.model) : findChosenModel(provider, chosen);
  const leaveOut = isInner ? readRejections(headerOf(request, HEADERS.leaveOut)) : shell.learnt.of(model.id);
  const context: RequestContext = {
    requestId: scope.requestId,
    operation: kind,
    model,
    requestedModel: facts.model,
    stream: kind === "messages" && facts.stream,
    clientHeaders: pickClientHeaders(request.headers),
    ...(provider.clientCredential === true ? { clientCredential: pickClientCredential(request.headers) } : {}),
    ...(leaveOut.length === 0 ? {} : { leaveOut }),
    search: searchOf(request.url),
  };
  return { chunks, body, scan, facts, context };
}

/** @throws GatewayError api_error that says what to set */
function assertConfigured({ provider }: Shell): void {
  const { status, missing = [], reason } = provider.status();
  if (status !== "unconfigured") return;
  const remedy = missing.length > 0 ? `Set ${missing.join(" or ")}.` : (reason ?? "It is switched off.");
  throw new GatewayError("api_error", `The provider ${provider.name} is not configured. ${remedy}`, {
    status: 503,
    failure: "unconfigured",
  });
}

function headerOf(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function searchOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at);
}
