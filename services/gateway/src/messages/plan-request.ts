import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import {
  type Allowed,
  chooseMode,
  explainForbidden,
  explainNoRoute,
  type KnownProvider,
  type NameContext,
  type Plan,
  planRequest as rank,
  type RankedCandidate,
  readRequestedModel,
  type RequestedModel,
  type Strategy,
  type World,
} from "@switchyard/routing";
import type { Settings } from "@switchyard/service-kit";
import type { SessionPlace, TakeCandidate } from "@switchyard/state";
import type { ClientPolicy, RequestFacts } from "@switchyard/wire";

import type { GatewayContext } from "../gateway-context.ts";
import { sessionKeyOf } from "../sessions/session-place.ts";
import { strategyInForce } from "../world/switches.ts";
import { bucketOf, targetOf } from "../world/targets.ts";
import { readWishes } from "./read-wishes.ts";
import { isSubscription } from "./subscription.ts";

export interface PlanInput {
  headers: IncomingHttpHeaders;
  facts: RequestFacts;
  /** Nothing is taken, no turn is used up: for dry runs and counting. */
  dry?: boolean;
  /** ms that the request has waited on earlier plans. */
  waitedMs?: number;
  /** What the holder of the client's key may use; absent: everything. */
  policy?: ClientPolicy | undefined;
  /** Also what is smaller than what was asked for: somebody wants it cheap. */
  smaller?: boolean;
}

export interface Planned {
  plan: Plan;
  requested: RequestedModel;
  strategy: Strategy;
  /** The client takes nothing but the model that it asked for. */
  isFixed: boolean;
  settings: Settings;
  providers: readonly KnownProvider[];
  session: string | undefined;
  places: readonly SessionPlace[];
  /** What an attempt at a candidate takes of its limits. */
  toTake: (candidate: RankedCandidate) => TakeCandidate;
}

/** Plans a request by its facts, its headers and what is known of the world. Throws when a header makes no sense. */
export async function planRequest(context: GatewayContext, input: PlanInput): Promise<Planned> {
  const { facts, headers, dry = false } = input;
  const known = context.settings.current();
  const wishes = readWishes(
    headers,
    known.providers.map(({ name }) => name),
  );
  const strategy = wishes.strategy ?? strategyInForce(known, context.state.snapshot());
  const session = sessionKeyOf(facts, headers);
  const places = session === undefined ? [] : await context.state.readSession(session);
  const turn = !dry && strategy === "round_robin" ? await context.state.nextTurn("round_robin") : 0;
  // After the last wait: settings and what is known of the providers belong to one moment.
  const settings = context.settings.current();
  const snapshot = context.state.snapshot();
  const accounts = accountsOf(settings, headers);
  const providers = withSubscriptions(context.directory.providers(), { accounts, headers });
  const { gateway } = settings;
  const names: NameContext = { catalog: context.catalog, providers, modelAliases: gateway.modelAliases };
  const requested = chooseMode(readRequestedModel(facts.model, names), {
    facts,
    modes: gateway.modes,
    names,
    ...(wishes.pinned === undefined ? {} : { pinned: wishes.pinned }),
  });
  const allowed = input.policy === undefined ? undefined : allowedOf(input.policy);
  const plan = rank({
    facts,
    requested: input.smaller === true ? { ...requested, tier: "small" } : requested,
    substitution: input.smaller === true ? "by_strategy" : (wishes.substitution ?? gateway.substitution),
    ...(allowed === undefined ? {} : { allowed }),
    ...(wishes.pinned === undefined ? {} : { pinned: wishes.pinned }),
    strategy,
    weights: gateway.weights,
    preference: wishes.preference ?? gateway.preference,
    failoverPolicy: gateway.failoverPolicy,
    sinkAt: gateway.rateLimitThreshold,
    explorationShare: dry ? 0 : gateway.explorationShare,
    ...(gateway.maxCostNanoDollarsPerRequest === undefined
      ? {}
      : { maxCostNanoDollars: gateway.maxCostNanoDollarsPerRequest }),
    ...(input.waitedMs === undefined ? {} : { waitedMs: input.waitedMs }),
    accounts,
    providers,
    world: withDoubts(context, context.readWorld(snapshot, Date.now()), providers),
    places,
    dice: { random: Math.random(), explore: Math.random() },
    turn,
  });
  const toTake = createTaker(context, settings, accounts);
  const isFixed = wishes.substitution === "never";
  return { plan, requested, strategy, isFixed, settings, providers, session, places, toTake };
}

/**
 * The same, where somebody must be able to answer. Right after a start or a change of the settings a
 * service may still be silent: a request that nobody else offers the model for waits for it.
 */
async function planAnswerable(context: GatewayContext, input: PlanInput): Promise<Planned> {
  const { settling } = context.directory;
  const first = await planRequest(context, input);
  const isGood = first.plan.candidates.some(({ group }) => group === "requested");
  if (settling !== undefined && !isGood) await settling;
  const planned = settling === undefined || isGood ? first : await planRequest(context, input);
  if (planned.plan.candidates.length > 0) return planned;
  const { plan, requested, providers } = planned;
  const allowed = input.policy === undefined ? undefined : allowedOf(input.policy);
  const forbidden = explainForbidden(plan, { allowed, asked: requested.name });
  throw forbidden ?? explainNoRoute({ plan, requested, needs: input.facts, providers, catalog: context.catalog });
}

/** undefined: everything. */
function allowedOf({ name, providers, models }: ClientPolicy): Allowed | undefined {
  if (providers === undefined && models === undefined) return undefined;
  return {
    holder: `the client ${JSON.stringify(name)}`,
    ...(providers === undefined ? {} : { providers }),
    ...(models === undefined ? {} : { models }),
  };
}

/** Providers that their own check does not reach, as the last request did not: a check alone may be out of date. */
function withDoubts({ traffic }: GatewayContext, world: World, providers: readonly KnownProvider[]): World {
  const doubtful = providers.filter(
    ({ name, info }) => info?.status === "unreachable" && traffic.failuresInRow(name) > 0,
  );
  if (doubtful.length === 0) return world;
  const rest = { failure: "network", message: "neither its own check nor the last request reached the upstream" };
  const doubts = doubtful.map(({ name }) => [name, rest] as const);
  return { ...world, restingProviders: new Map([...doubts, ...world.restingProviders]) };
}

/** The same, after the waits that are better than going elsewhere: each time it is planned anew. */
export async function planPatiently(
  context: GatewayContext,
  input: PlanInput,
  { signal, deadline }: { signal: AbortSignal; deadline: number },
): Promise<Planned> {
  for (let waitedMs = 0; ;) {
    // One after the other is the point.
    const planned = await planAnswerable(context, { ...input, waitedMs });
    const pauseMs = Math.min(planned.plan.waitMs ?? 0, deadline - performance.now());
    if (pauseMs <= 0 || signal.aborted) return planned;
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    waitedMs += pauseMs;
  }
}

function createTaker({ limits }: GatewayContext, settings: Settings, accounts: Accounts): Planned["toTake"] {
  return (candidate) => {
    const { inputTokens, cachedTokens = 0, outputTokens } = candidate.estimatedUse;
    return {
      bucket: bucketOf(candidate, accounts[candidate.provider]),
      limits: limits.limitsOf(settings, candidate),
      // A limit of the Messages API does not count what the cache answers; the others count all of it.
      inputTokens: candidate.model.dialect === "messages" ? inputTokens : inputTokens + cachedTokens,
      outputTokens,
      target: targetOf(candidate),
      breaker: settings.circuitBreaker,
    };
  };
}

/** By provider that is used with the client's own credential: which client it is, without telling who. */
type Accounts = Readonly<Record<string, string>>;

const NO_ACCOUNTS: Accounts = Object.freeze({});

function accountsOf({ providers }: Settings, headers: IncomingHttpHeaders): Accounts {
  const theirs = providers.filter(({ credential }) => credential?.type === "client");
  if (theirs.length === 0) return NO_ACCOUNTS;
  const credential = String(headers.authorization ?? headers["x-api-key"] ?? "");
  const account = createHash("sha256").update(credential).digest("base64url").slice(0, 12);
  return Object.fromEntries(theirs.map(({ name }) => [name, account]));
}

const FREE = Object.freeze({ input: 0, output: 0 });

/** A client that comes with a subscription's token has paid already: its next request there costs nothing. */
function withSubscriptions(
  providers: readonly KnownProvider[],
  { accounts, headers }: { accounts: Accounts; headers: IncomingHttpHeaders },
): readonly KnownProvider[] {
  if (accounts === NO_ACCOUNTS || !isSubscription(headers)) return providers;
  return providers.map((provider) => {
    const { name, info } = provider;
    if (accounts[name] === undefined || info === undefined) return provider;
    return { ...provider, info: { ...info, models: info.models.map((model) => ({ ...model, price: FREE })) } };
  });
}
