import type { IncomingHttpHeaders } from "node:http";

import type { ModelInfo, ModelTier } from "@switchyard/wire";

import type { AttemptResult } from "../attempts/attempt.ts";
import { endingOfFailure } from "../attempts/run-attempts.ts";
import { sendAttempt } from "../attempts/send-attempt.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { targetOf } from "../world/targets.ts";
import type { KnownProvider } from "@switchyard/routing";
import { describeAttempt } from "../usage/describe-attempt.ts";
import type { AttemptEnding } from "../usage/usage-recorder.ts";
import { ADVICE } from "./advice.ts";

export interface ProbeResult {
  status: "success" | "failed" | "not_configured";
  message: string;
  model_used?: string;
  response_id?: string;
  latency_ms?: number;
  error_type?: string;
  suggestions?: readonly string[];
  missing?: readonly string[];
}

export interface ProbeOptions {
  requestId: string;
  headers: IncomingHttpHeaders;
  signal: AbortSignal;
  /** "first": one model of each tier; "all": every model, until one answers. */
  models: "first" | "all";
}

const PROBE_MS = 20_000;
/** Enough for a greeting, and what the pickiest upstreams accept. */
const PROBE_TOKENS = 32;

/** Sends a provider a real, small request: its small models first, then the middle ones, then the big. */
export async function probeProvider(
  context: GatewayContext,
  known: KnownProvider,
  options: ProbeOptions,
): Promise<ProbeResult> {
  await context.directory.refresh(known.name);
  const provider = context.directory.providers().find(({ name }) => name === known.name) ?? known;
  const off = describeOff(context, provider);
  if (off !== undefined) return off;
  let last: ProbeResult | undefined;
  for (const model of pickModels(provider, options.models)) {
    // One that answers is enough.
    last = await probeModel(context, { provider, model, options });
    if (last.status === "success") return last;
  }
  return last ?? { status: "failed", message: "It offers no models", suggestions: ADVICE["model-not-found"] };
}

function describeOff(
  context: GatewayContext,
  { name, enabled, reason, missing, info }: KnownProvider,
): ProbeResult | undefined {
  const wanted = info?.missing ?? missing;
  if (!enabled || info?.status === "unconfigured" || info?.status === "retired") {
    const message = info?.reason ?? reason ?? (wanted.length > 0 ? `Set ${wanted.join(", ")}` : "It is switched off");
    return { status: "not_configured", message, ...(wanted.length === 0 ? {} : { missing: wanted }) };
  }
  if (info !== undefined) return undefined;
  const message = context.directory.unreachableReason(name) ?? "Its service has not answered yet";
  return { status: "failed", message, error_type: "network", suggestions: ADVICE.network };
}

const TIER_ORDER: readonly ModelTier[] = ["small", "middle", "big"];

function pickModels({ info }: KnownProvider, which: "first" | "all"): ModelInfo[] {
  const ids = TIER_ORDER.flatMap((tier) => {
    const list = info?.tiers[tier] ?? [];
    return which === "first" ? list.slice(0, 1) : list;
  });
  return [...new Set(ids)].flatMap((id) => info?.models.find((model) => model.id === id) ?? []);
}

interface ModelProbe {
  provider: KnownProvider;
  model: ModelInfo;
  options: ProbeOptions;
}

async function probeModel(context: GatewayContext, { provider, model, options }: ModelProbe): Promise<ProbeResult> {
  const settings = context.settings.current();
  const its = settings.providers.find(({ name }) => name === provider.name);
  if (its === undefined) return { status: "failed", message: "It is no longer configured" };
  const startedAt = performance.now();
  const candidate = { provider: provider.name, model, group: "requested" } as const;
  const target = targetOf(candidate);
  const body = { model: model.id, max_tokens: PROBE_TOKENS, messages: [{ role: "user", content: "Hello" }] };
  const ticket = context.usage.open(
    describeAttempt(
      {
        requestId: options.requestId,
        headers: {},
        facts: { model: model.id, stream: false, estimatedInputTokens: PROBE_TOKENS },
        strategy: "probe",
      },
      { candidate, provider: its, attempt: 1, tried: [] },
    ),
  );
  const result = await sendAttempt(
    { http: context.http, settings, ownKeys: settings.gateway.clientKeys.map((key) => key.reveal()) },
    {
      candidate,
      provider: its,
      hasOthers: false,
      leaveOut: context.state.snapshot().targets.get(target)?.rejections ?? [],
      message: {
        requestId: options.requestId,
        path: "/v1/messages",
        body: Buffer.from(JSON.stringify(body)),
        stream: false,
        clientHeaders: { ...options.headers, "content-type": "application/json", "anthropic-version": "2023-06-01" },
        signal: options.signal,
        deadline: startedAt + PROBE_MS,
      },
    },
  );
  const latencyMs = performance.now() - startedAt;
  ticket.settle(endingOf(result));
  if (result.kind === "answer") {
    // It answers: what was held against it is over.
    context.traffic.attemptSucceeded(provider.name, latencyMs);
    await context.state.wake(provider.name);
    await context.state.setBreaker(target, "closed", "it answered a test");
    await context.state.refresh();
    context.breakers.follow(context.state.snapshot());
  }
  return describeResult(result, model, latencyMs);
}

function endingOf(result: AttemptResult): AttemptEnding {
  if (result.kind === "failed") return endingOfFailure(result);
  if (result.kind === "aborted") return { outcome: "aborted", usage: result.usage };
  const usage = result.kind === "answer" ? result.answer.usage : result.stream.observer.usageSoFar();
  return { outcome: "success", status: 200, usage };
}

function describeResult(result: AttemptResult, model: ModelInfo, latencyMs: number): ProbeResult {
  const measured = { model_used: model.id, latency_ms: Math.round(latencyMs) };
  if (result.kind === "failed") {
    const { name, message } = result.failure;
    return { status: "failed", message, error_type: name, suggestions: ADVICE[name], ...measured };
  }
  if (result.kind === "aborted") return { status: "failed", message: "The caller has left", ...measured };
  const id = result.kind === "answer" ? readId(result.answer.body) : undefined;
  return {
    status: "success",
    message: "It answers",
    ...measured,
    ...(id === undefined ? {} : { response_id: id }),
  };
}

function readId(body: Buffer): string | undefined {
  const { id } = JSON.parse(body.toString()) as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}
