import type { TranslationTarget } from "@switchyard/translation";
import type { ApiErrorType, FailureName, ModelInfo, ModelTier, ProviderStatus, Rejection } from "@switchyard/wire";

import type { LimitSignals } from "./limits/limit-signals.ts";

/** Where one upstream request goes. `path` is joined to the provider's base URL. */
export interface UpstreamRequest {
  /** Absolute URL. Its host must be the configured base URL's. */
  url: string;
  headers: Record<string, string>;
}

/** What an upstream's error answer means. */
export interface UpstreamFailure {
  failure: FailureName;
  /** What the client sees if this is the end. */
  status: number;
  type: ApiErrorType;
  message: string;
  retryAfterSeconds?: number;
}

/** Everything a hook may want to know of the request at hand. */
export interface RequestContext {
  requestId: string;
  model: ModelInfo;
  stream: boolean;
  /** What is asked of the upstream; absent: messages. */
  operation?: "messages" | "count_tokens";
  /** The model as the client named it, where the gateway or the list chose another; the shell always tells. */
  requestedModel?: string;
  /** The client's headers, hop-by-hop, credentials and our own removed, lower case. */
  clientHeaders: Readonly<Record<string, string>>;
  /** The client's own authorization and x-api-key; only where settings say `credential: client`. */
  clientCredential?: Readonly<Record<string, string>>;
  /** What this target has refused before: it goes without. Absent: nothing. */
  leaveOut?: readonly Rejection[];
  /** The query as the client sent it, "?beta=true"; absent or "": none. */
  search?: string;
}

/**
 * A provider: one of two families plus small hooks. The shell (`createProviderService`) does everything
 * else: routes, health, timeouts, relay, disconnects, failure names, usage, logs and metrics.
 */
export interface Provider {
  readonly name: string;
  readonly kind: string;
  /** Current knowledge; a provider with discovery changes it in the background. */
  models(): readonly ModelInfo[];
  tiers(): Readonly<Record<ModelTier, readonly string[]>>;
  /** "ok" or why not. Never does I/O. */
  status(): { status: ProviderStatus; missing?: readonly string[]; reason?: string };
  /** Headers with the credential, for the configured host only. May refresh a token. */
  authorize(context: RequestContext): Promise<Record<string, string>>;
  anthropicShaped?: AnthropicShapedHooks;
  openAiShaped?: OpenAiShapedHooks;
  /** A real, cheap request that proves credential and upstream; run in the background. Throws a GatewayError. */
  check(signal: AbortSignal): Promise<void>;
  /**
   * A model that the list lacks but the upstream may know: new names work before the catalogue has them.
   * Absent or undefined: unknown names are refused, or served by the tier that their name tells.
   */
  adoptModel?(name: string): ModelInfo | undefined;
  /** The credential is the client's own: its refusal is the client's to see, with its true status. */
  readonly clientCredential?: boolean;
  /** What to check when our credential is refused, in the words of the environment ("OPENAI_API_KEY"). */
  readonly credentialSetting?: string;
  /** How the upstream tells of its limits. Default: in any of the ways that its API is known for. */
  readonly limitSignals?: LimitSignals;
  /** Reads an error answer; undefined: the family's default reading. */
  readFailure?(status: number, headers: Readonly<Record<string, string>>, body: string): UpstreamFailure | undefined;
  close(): Promise<void>;
}

/** Forwards the client's bytes; edits only what the upstream demands. */
export interface AnthropicShapedHooks {
  messages(context: RequestContext): UpstreamRequest;
  countTokens?(context: RequestContext): UpstreamRequest;
  /** What must change in the body and the betas for this target. */
  edits(context: RequestContext): AnthropicEdits;
}

/** Edits of the raw body, applied by splicing spans; everything else leaves byte for byte. */
export interface AnthropicEdits {
  /** Upstream's model id; "remove" where the model stands in the URL. */
  model: { set: string } | { remove: true };
  /** Top-level fields to set (raw JSON text) or to remove. */
  setFields?: Readonly<Record<string, string>>;
  removeFields?: readonly string[];
  /** Top-level fields to set (raw JSON text) where the request does not have them. */
  defaultFields?: Readonly<Record<string, string>>;
  /** anthropic-beta values that the upstream refuses: removed with the body fields that belong to them. */
  removeBetas?: (beta: string) => boolean;
  /** Betas among the refused whose feature the upstream has all the same: their body fields stay. */
  keepFieldsOf?: (beta: string) => boolean;
  /** The upstream's own name for a beta that stays. */
  renameBeta?: (beta: string) => string;
  /** True for a Claude model: attribution block and Claude's thinking stay, foreign thinking is left out. */
  claude: boolean;
  /** Endpoint does not know deferred tools, tool references and mid-conversation system messages. */
  plain: boolean;
  /** Thinking that this endpoint issues is marked with the issuer; absent for Claude. */
  markThinking?: boolean;
  /** Whose account issues that thinking: a hash, never the credential. Default "". */
  account?: string;
  /**
   * A tool loop whose steps lack thinking is refused while thinking is on: it is then turned off for the
   * request. Default: for Claude with thinking of type "enabled".
   */
  demandsThinkingInLoops?: boolean;
}

export interface OpenAiShapedHooks {
  chat?(context: RequestContext): UpstreamRequest;
  responses?(context: RequestContext): UpstreamRequest;
  target(context: RequestContext): TranslationTarget;
}
