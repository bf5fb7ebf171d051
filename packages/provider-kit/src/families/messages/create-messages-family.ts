import type { Catalog } from "@switchyard/catalog";
import { type ThinkingIssuer, readAnthropicFailure } from "@switchyard/translation";
import { GatewayError } from "@switchyard/wire";

import type {
  AnthropicEdits,
  AnthropicShapedHooks,
  Provider,
  RequestContext,
  UpstreamRequest,
} from "../../provider.ts";
import type { Family, IncomingMessages, UpstreamCall } from "../family.ts";
import { upstreamClock } from "../../shell/upstream-clock.ts";
import { type BetaPlan, planBetas } from "./beta-header.ts";
import { editBody } from "./edit-body.ts";
import { planLeaveOut } from "./leave-out.ts";
import { markThinking } from "./mark-thinking.ts";

const DEFAULT_API_VERSION = "2023-06-01";

/** What an endpoint that is not Claude's gets of the client's headers: those of the protocol. */
const PROTOCOL_HEADERS = ["anthropic-version", "anthropic-beta", "accept", "user-agent"];

/** Upstreams that speak the Messages API: the client's bytes go on, but for what the upstream demands. */
export function createMessagesFamily(provider: Provider, catalog: Catalog): Family {
  return {
    speaksMessages: true,
    createCall: (incoming) => {
      const hooks = hooksOf(provider);
      return toCall(incoming, { provider, catalog, hooks, target: hooks.messages(incoming.context) });
    },
    createCountCall: (incoming) => {
      const hooks = hooksOf(provider);
      const target = hooks.countTokens?.(incoming.context);
      return target === undefined ? undefined : toCall(incoming, { provider, catalog, hooks, target });
    },
    readFailure: (status, headers, body) => readAnthropicFailure(status, headers, body, upstreamClock(headers)),
  };
}

function hooksOf(provider: Provider): AnthropicShapedHooks {
  if (provider.anthropicShaped !== undefined) return provider.anthropicShaped;
  throw new GatewayError("api_error", `${provider.name} has no Messages endpoint.`, { failure: "capability" });
}

interface Target {
  provider: Provider;
  catalog: Catalog;
  hooks: AnthropicShapedHooks;
  target: UpstreamRequest;
}

function toCall(incoming: IncomingMessages, { provider, catalog, hooks, target }: Target): UpstreamCall {
  const { context } = incoming;
  const edits = hooks.edits(context);
  const leaveOut = planLeaveOut(context.leaveOut);
  const betas = planBetas(context.clientHeaders["anthropic-beta"], edits, leaveOut);
  const issuer = issuerOf(provider, context, edits);
  const { body, warnings } =
    leaveOut.isEmpty && isForwardedAsItIs(incoming, edits, betas)
      ? { body: incoming.chunks, warnings: [] }
      : editBody({
          scan: incoming.scan(),
          edits,
          context,
          catalog,
          removedBetas: betas.removed,
          leaveOut,
          issuer: edits.claude ? "claude" : issuer,
        });
  return {
    url: target.url,
    headers: { ...headersFor(context, edits, betas.header), ...target.headers },
    body,
    warnings,
    read: (answer) =>
      edits.markThinking === true && context.operation !== "count_tokens"
        ? markThinking(answer, issuer, context.stream)
        : answer,
    startIsEstimate: false,
  };
}

/** True where nothing can have to change, so that the body need not even be looked at. */
function isForwardedAsItIs({ facts }: IncomingMessages, edits: AnthropicEdits, betas: BetaPlan): boolean {
  const { model, setFields = {}, defaultFields = {}, removeFields = [] } = edits;
  const isSame = "set" in model && model.set === facts.model;
  const asked = Object.keys(setFields).length + Object.keys(defaultFields).length + removeFields.length;
  const isUnasked = asked === 0 && betas.removed.length === 0;
  if (!isSame || !isUnasked || !edits.claude || edits.plain) return false;
  return facts.thinkingType !== "enabled" && facts.unmarked === true;
}

function issuerOf(provider: Provider, { model }: RequestContext, { account }: AnthropicEdits): ThinkingIssuer {
  return { provider: provider.name, model: model.id, account: account ?? "" };
}

function headersFor(
  { clientHeaders }: RequestContext,
  { claude }: AnthropicEdits,
  betas: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = claude ? { ...clientHeaders } : {};
  for (const name of PROTOCOL_HEADERS) {
    const value = clientHeaders[name];
    if (value !== undefined) headers[name] = value;
  }
  headers["anthropic-version"] ??= DEFAULT_API_VERSION;
  if (betas === undefined) delete headers["anthropic-beta"];
  else headers["anthropic-beta"] = betas;
  return headers;
}
