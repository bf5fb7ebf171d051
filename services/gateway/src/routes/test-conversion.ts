import type { Candidate, RankedCandidate } from "@switchyard/routing";
import { readBody, scopeOf } from "@switchyard/service-kit";
import { GatewayError, HEADERS, type MessagesRequest, readRequestFacts, scanBody } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { createMessagesHandler, queryOf } from "../messages/messages-handler.ts";
import { planRequest } from "../messages/plan-request.ts";

/**
 * POST /v1/messages/test_conversion: to the named model itself, no routing, no fallback. With
 * `?dry_run=true` nothing is sent, and the answer is the request as the upstream would get it.
 */
export function createTestConversionHandler(context: GatewayContext) {
  const send = createMessagesHandler(context, { select: (candidates, { model }) => [pickNamed(candidates, model)] });
  return async function handleTestConversion(request: Request, response: Response): Promise<void> {
    const query = new URLSearchParams(queryOf(request));
    if (query.get("dry_run") === "true") await showConversion(context, request, response);
    else await send(request, response);
  };
}

function pickNamed(candidates: readonly RankedCandidate[], name: string): RankedCandidate {
  const named = candidates.find(({ group }) => group === "requested");
  if (named !== undefined) return named;
  throw new GatewayError("not_found_error", `model: ${name}`);
}

async function showConversion(context: GatewayContext, request: Request, response: Response): Promise<void> {
  const settings = context.settings.current();
  const body = await readBody(request, { limitBytes: settings.gateway.maxBodyBytes });
  const scan = scanBody(body);
  const facts = readRequestFacts(scan);
  await context.directory.settling;
  const { plan } = await planRequest(context, { headers: request.headers, facts, dry: true });
  const candidate = pickNamed(plan.candidates, facts.model);
  const parsed = scan.parse(scan.root) as MessagesRequest;
  const { model, provider } = candidate;
  const { converted, warnings } =
    model.dialect === "messages"
      ? { converted: { ...parsed, model: model.id }, warnings: [] }
      : await convert(context, candidate, {
          parsed,
          estimatedInputTokens: facts.estimatedInputTokens,
          apiVersion: String(request.headers["anthropic-version"] ?? "2023-06-01"),
          requestId: scopeOf(response).requestId,
        });
  response.setHeader(HEADERS.provider, provider);
  response.json({
    provider,
    model: model.id,
    canonical: model.canonical,
    dialect: model.dialect,
    request: converted,
    warnings,
  });
}

interface Conversion {
  parsed: MessagesRequest;
  estimatedInputTokens: number;
  apiVersion: string;
  requestId: string;
}

/** Loaded when first needed: the gateway itself never translates. */
async function convert(context: GatewayContext, { model, provider }: Candidate, conversion: Conversion) {
  const { convertRequest } = await import("@switchyard/translation");
  const { createTranslationTarget } = await import("@switchyard/provider-kit");
  const kind = context.settings.current().providers.find(({ name }) => name === provider)?.kind;
  const profile = context.catalog.profileOf(model.id, kind);
  const target = createTranslationTarget(model, profile, { provider, account: "" });
  const { body, warnings } = convertRequest(conversion.parsed, target, {
    messageId: conversion.requestId,
    model: model.canonical,
    estimatedInputTokens: conversion.estimatedInputTokens,
    apiVersion: conversion.apiVersion,
  });
  return { converted: body, warnings };
}
