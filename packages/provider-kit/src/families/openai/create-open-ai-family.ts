import { randomBytes, randomUUID } from "node:crypto";

import { convertRequest, parseRequest, readOpenAiFailure, type TranslationTarget } from "@switchyard/translation";
import { GatewayError, HEADERS, type Warning } from "@switchyard/wire";

import type { OpenAiShapedHooks, Provider, RequestContext, UpstreamRequest } from "../../provider.ts";
import type { Family, UpstreamCall } from "../family.ts";
import { upstreamClock } from "../../shell/upstream-clock.ts";
import { leaveOutOfBody, refusesThinkingHistory, withoutThinkingHistory } from "./leave-out.ts";
import { pipeInto } from "./pipe-into.ts";
import { createThinkingStore } from "./thinking-store.ts";
import { AnswerTranslation, StreamTranslation } from "./translate-body.ts";

const DEFAULT_API_VERSION = "2023-06-01";

/** Gets what of an answer could not be told as it was, at the answer's end. */
export type ReportWarnings = (context: RequestContext, warnings: readonly Warning[]) => void;

/** Upstreams that speak chat completions or Responses: requests and answers are translated. */
export function createOpenAiFamily(provider: Provider, reportWarnings: ReportWarnings): Family {
  const store = createThinkingStore();
  const mark = `sw-text-${randomBytes(12).toString("base64url")}-`;
  return {
    speaksMessages: false,
    createCall: (incoming): UpstreamCall => {
      const { facts, context } = incoming;
      const hooks = hooksOf(provider);
      const target = hooks.target(context);
      const upstream = endpointOf(provider, hooks, { target, context });
      const { request, complete } = parseRequest(incoming.body(), mark);
      const forgetsThinking = refusesThinkingHistory(context.leaveOut);
      const converted = convertRequest(forgetsThinking ? withoutThinkingHistory(request) : request, target, {
        messageId: `msg_${randomUUID().replaceAll("-", "")}`,
        model: context.model.canonical,
        estimatedInputTokens: facts.estimatedInputTokens,
        ...sessionOf(facts.sessionId, context),
        apiVersion: context.clientHeaders["anthropic-version"] ?? DEFAULT_API_VERSION,
        recallThinking: (toolUseId) => (forgetsThinking ? undefined : store.recall(toolUseId)),
      });
      const { answerContext } = converted;
      leaveOutOfBody(converted.body, { rejections: context.leaveOut, target });
      return {
        url: upstream.url,
        headers: upstream.headers,
        body: complete(JSON.stringify(converted.body)),
        warnings: converted.warnings,
        startIsEstimate: true,
        read: (answer) => {
          const Translation = context.stream ? StreamTranslation : AnswerTranslation;
          const translation = new Translation(answerContext, ({ sidecar, warnings }) => {
            store.keep(target.issuer, sidecar);
            reportWarnings(context, warnings);
          });
          pipeInto(answer, translation);
          return translation;
        },
      };
    },
    readFailure: (status, headers, body) => readOpenAiFailure(status, headers, body, upstreamClock(headers)),
  };
}

function hooksOf(provider: Provider): OpenAiShapedHooks {
  if (provider.openAiShaped !== undefined) return provider.openAiShaped;
  throw new GatewayError("api_error", `${provider.name} has no OpenAI-shaped endpoint.`, { failure: "capability" });
}

function endpointOf(
  provider: Provider,
  hooks: OpenAiShapedHooks,
  { target, context }: { target: TranslationTarget; context: RequestContext },
): UpstreamRequest {
  const endpoint = target.dialect === "chat" ? hooks.chat?.(context) : hooks.responses?.(context);
  if (endpoint !== undefined) return endpoint;
  throw new GatewayError("api_error", `${provider.name} has no endpoint for ${target.dialect}.`, {
    failure: "capability",
  });
}

function sessionOf(
  fromBody: string | undefined,
  { clientHeaders }: RequestContext,
): { sessionId?: string; agentId?: string } {
  const sessionId = clientHeaders[HEADERS.sessionId] ?? fromBody;
  const agentId = clientHeaders[HEADERS.agentId];
  return {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(agentId === undefined ? {} : { agentId }),
  };
}
