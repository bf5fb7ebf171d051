import type { RequestContext } from "@switchyard/provider-kit";
import { type AnswerContext, convertRequest, type TranslationContext } from "@switchyard/translation";
import { GatewayError, type MessagesRequest, type ModelInfo } from "@switchyard/wire";

import type { Subject } from "./create-subject.ts";
import type { RequestFields } from "./request-variants.ts";

export type Outcome =
  | { how: "accepted"; answer: string; answerContext: AnswerContext }
  /** Never sent: this model cannot serve it, another may. */
  | { how: "beyond the target"; why: string }
  | { how: "refused"; why: string };

export interface SendOptions {
  /** What was kept aside of earlier answers, because the client has thinking off. */
  recallThinking?: NonNullable<TranslationContext["recallThinking"]>;
}

/** Converts a request for the very target that the service would use, and sends it where the service would. */
export async function sendConverted(
  subject: Subject,
  model: ModelInfo,
  request: RequestFields,
  options: SendOptions = {},
): Promise<Outcome> {
  const { provider } = subject;
  const hooks = provider.openAiShaped;
  if (hooks === undefined) throw new Error(`${provider.name} is not OpenAI-shaped`);
  const context: RequestContext = { requestId: "req_1", model, stream: request["stream"] === true, clientHeaders: {} };
  const target = hooks.target(context);
  try {
    const { body, answerContext } = convertRequest(request as unknown as MessagesRequest, target, {
      messageId: "msg_1",
      model: model.canonical,
      estimatedInputTokens: 100,
      sessionId: "5f2e8c1e-6f0a-4a39-9c52-1f6a4f7f1d11",
      apiVersion: "2023-06-01",
      ...options,
    });
    const upstream = target.dialect === "chat" ? hooks.chat?.(context) : hooks.responses?.(context);
    if (upstream === undefined) throw new Error(`${provider.name} has no address for ${target.dialect}`);
    const response = await fetch(upstream.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await provider.authorize(context)), ...upstream.headers },
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    if (response.ok) return { how: "accepted", answer, answerContext };
    return { how: "refused", why: `${response.status} ${answer.slice(0, 400)}` };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { how: error.failure === "capability" ? "beyond the target" : "refused", why: error.message };
  }
}
