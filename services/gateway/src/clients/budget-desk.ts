import type { Catalog } from "@switchyard/catalog";
import type { RankedCandidate } from "@switchyard/routing";
import type { Settings } from "@switchyard/service-kit";
import type { Allowance, Spend, SpendBook, SpendReservation, SpendStatus } from "@switchyard/state";
import type { AttemptFacts, ClientPolicy, GatewayError, RequestFacts, TokenUsage } from "@switchyard/wire";

import {
  accountOf,
  budgetAllowances,
  createWindowReader,
  MESH_ACCOUNT,
  minuteAllowances,
  type WindowReader,
} from "./allowances.ts";
import { type BudgetEntry, createBudgetEntry, UNLIMITED_ENTRY } from "./budget-entry.ts";
import { budgetError, capitalized, type Holder, minuteError, moment, nameBudget } from "./budget-words.ts";
import { cheapestOf } from "./cheapest.ts";
import { createSpendEstimates, type SpendEstimates } from "./spend-estimates.ts";

/** Lets requests pass while there is money for them, and counts what they have cost. */
export interface BudgetDesk {
  /**
   * Reserves what a request may cost, before it is sent.
   * @throws GatewayError 429: billing_error where a budget is used up, rate_limit_error at a limit of the minute.
   */
  enter(request: BudgetRequest): Promise<BudgetEntry>;
  /**
   * Nano-dollars of an attempt, by the prices that the ledger books it by, whoever paid; undefined: no price is known.
   */
  listPriceOf(settings: Settings, attempt: AttemptFacts, usage: TokenUsage): number | undefined;
}

export interface BudgetDeskDeps {
  state: Pick<SpendBook, "reserveSpend" | "settleSpend">;
  catalog: Catalog;
  /** Resolves when sums that a restart has lost are known again. */
  ready?: Promise<void>;
  now?: () => number;
}

export interface BudgetRequest {
  settings: Settings;
  /** Absent: no key, or one without a policy. Only the mesh's own budgets count then. */
  policy: ClientPolicy | undefined;
  facts: RequestFacts;
  /** Never empty. */
  candidates: readonly RankedCandidate[];
  /** Providers that this client has paid already, by a subscription. */
  isPaid: (provider: string) => boolean;
  /** Everything that could answer, dearer or cheaper; absent: nothing but what was asked for may. */
  findOthers?: () => Promise<readonly RankedCandidate[]>;
}

/** What is reserved of an account. */
interface Wish {
  holder: Holder;
  allowances: readonly Allowance[];
  amount: Spend;
  strict: boolean;
}

interface Held {
  wish: Wish;
  reservation: SpendReservation;
  status: readonly SpendStatus[];
}

const NOTHING: Spend = { nanoDollars: 0, requests: 0, tokens: 0 };

export function createBudgetDesk(deps: BudgetDeskDeps): BudgetDesk {
  const windows = createWindowReader();
  let known: { settings: Settings; estimates: SpendEstimates } | undefined;
  const estimatesOf = (settings: Settings): SpendEstimates => {
    if (known?.settings !== settings) known = { settings, estimates: createSpendEstimates(settings, deps.catalog) };
    return known.estimates;
  };
  return {
    async enter(request) {
      const { settings, policy } = request;
      if (!hasLimits(settings, policy)) return UNLIMITED_ENTRY;
      await deps.ready;
      const visit = new Visit({ deps, windows, request, estimates: estimatesOf(settings) });
      try {
        return await visit.enter();
      } catch (error) {
        await visit.giveBack();
        throw error;
      }
    },
    listPriceOf: (settings, attempt, usage) => estimatesOf(settings).listPrice(attempt, usage),
  };
}

function hasLimits({ costs }: Settings, policy: ClientPolicy | undefined): boolean {
  const { budgets, requestsPerMinute, tokensPerMinute } = policy ?? {};
  const limits = [...Object.values(costs.budgets), ...Object.values(budgets ?? {}), requestsPerMinute, tokensPerMinute];
  return limits.some((limit) => limit !== undefined);
}

interface VisitOptions {
  deps: BudgetDeskDeps;
  windows: WindowReader;
  request: BudgetRequest;
  estimates: SpendEstimates;
}

/** One request at the desk. */
class Visit {
  readonly #options: VisitOptions;
  readonly #now: number;
  readonly #held: Held[] = [];

  constructor(options: VisitOptions) {
    this.#options = options;
    this.#now = (options.deps.now ?? Date.now)();
  }

  async enter(): Promise<BudgetEntry> {
    const { deps, request, estimates } = this.#options;
    await this.#takeMinute();
    const cheaper = await this.#takeBudget();
    const candidates = cheaper?.candidates ?? request.candidates;
    await this.#takeMesh(candidates);
    const strict = this.#held.find(({ wish }) => wish.strict);
    return createBudgetEntry({
      held: this.#held,
      ...(cheaper === undefined ? {} : { cheaper }),
      timeZone: request.settings.costs.timeZone,
      costOf: (attempt, usage) => estimates.cost(attempt, usage),
      settle: (reservation, used) => deps.state.settleSpend(reservation, used),
      ...(strict === undefined ? {} : { reserveMore: (nanoDollars) => this.#takeMore(strict.wish, nanoDollars) }),
    });
  }

  async giveBack(): Promise<void> {
    await Promise.all(this.#held.map(({ reservation }) => this.#options.deps.state.settleSpend(reservation, NOTHING)));
  }

  async #takeMinute(): Promise<void> {
    const { policy } = this.#options.request;
    if (policy === undefined) return;
    const allowances = minuteAllowances(policy, this.#now);
    const wish = { holder: holderOf(policy), allowances, amount: this.#amount(0), strict: false };
    const exceeded = await this.#take(wish);
    if (exceeded !== undefined) throw minuteError(this.#refused(wish, exceeded));
  }

  /** The client's own budget; with what is cheaper where it is used up and the policy wants that. */
  async #takeBudget(): Promise<{ candidates: readonly RankedCandidate[]; warning: string } | undefined> {
    const { policy, settings, candidates } = this.#options.request;
    if (policy === undefined) return undefined;
    const allowances = budgetAllowances(policy.budgets, this.#windows(settings));
    const wish: Wish = {
      holder: holderOf(policy),
      allowances,
      amount: this.#amount(this.#price(candidates, policy.strict)),
      strict: policy.strict,
    };
    const exceeded = await this.#take(wish);
    if (exceeded === undefined) return undefined;
    const error = budgetError(this.#refused(wish, exceeded));
    if (policy.overBudget !== "cheaper") throw error;
    return this.#takeCheaper(wish, { exceeded, error });
  }

  async #takeCheaper(
    wish: Wish,
    { exceeded, error }: { exceeded: SpendStatus; error: GatewayError },
  ): Promise<{ candidates: readonly RankedCandidate[]; warning: string }> {
    const others = (await this.#options.request.findOthers?.()) ?? [];
    const candidates = cheapestOf(others, (candidate) => this.#costOf(candidate));
    if (candidates.length === 0) throw error;
    const amount = this.#amount(this.#price(candidates, wish.strict));
    // Strict: what is cheaper must still fit. Else it is counted, and no longer stopped.
    const allowances = wish.strict
      ? wish.allowances
      : wish.allowances.map((allowance) => ({ ...allowance, limit: Number.MAX_SAFE_INTEGER }));
    if ((await this.#take({ ...wish, amount, allowances })) !== undefined) throw error;
    const { timeZone } = this.#options.request.settings.costs;
    const until = moment(exceeded.allowance.endsAt, timeZone);
    const budget = capitalized(nameBudget(wish.holder, exceeded.allowance));
    return { candidates, warning: `${budget} is used up: the cheapest model answers until ${until}.` };
  }

  async #takeMesh(candidates: readonly RankedCandidate[]): Promise<void> {
    const { settings, policy } = this.#options.request;
    const strict = policy?.strict === true;
    const allowances = budgetAllowances(settings.costs.budgets, this.#windows(settings));
    const amount = this.#amount(this.#price(candidates, strict));
    const wish = { holder: { account: MESH_ACCOUNT }, allowances, amount, strict };
    const exceeded = await this.#take(wish);
    if (exceeded !== undefined) throw budgetError(this.#refused(wish, exceeded));
  }

  /** The first allowance without room; undefined: it is taken. */
  async #take(wish: Wish): Promise<SpendStatus | undefined> {
    const { deps, request } = this.#options;
    const { holder, allowances, amount, strict } = wish;
    if (allowances.length === 0) return undefined;
    const leaseMs = request.settings.costs.intentLeaseMs;
    const result = await deps.state.reserveSpend({ account: holder.account, allowances, amount, strict, leaseMs });
    if (result.kind === "refused") return result.exceeded;
    this.#held.push({ wish, reservation: result.reservation, status: result.status });
    return undefined;
  }

  /** An attempt that failed has cost something: as much is reserved anew for the next one. */
  async #takeMore(wish: Wish, nanoDollars: number): Promise<GatewayError | undefined> {
    const more = { ...wish, amount: { nanoDollars, requests: 0, tokens: 0 } };
    const exceeded = await this.#take(more);
    if (exceeded === undefined) return undefined;
    // What this request holds already is no reason to come back soon.
    const amount = { ...more.amount, nanoDollars: nanoDollars + wish.amount.nanoDollars };
    return budgetError(this.#refused({ ...more, amount }, exceeded));
  }

  #refused(wish: Wish, exceeded: SpendStatus): Parameters<typeof budgetError>[0] {
    const { timeZone } = this.#options.request.settings.costs;
    const { holder, strict, amount } = wish;
    return { holder, exceeded, amount: amount.nanoDollars, strict, timeZone, now: this.#now };
  }

  #windows(settings: Settings): ReturnType<WindowReader> {
    return this.#options.windows(this.#now, settings.costs.timeZone);
  }

  #amount(nanoDollars: number): Spend {
    const { candidates, facts } = this.#options.request;
    const output = candidates[0]?.estimatedUse.outputTokens ?? 0;
    return { nanoDollars, requests: 1, tokens: facts.estimatedInputTokens + output };
  }

  #price(candidates: readonly RankedCandidate[], strict: boolean): number {
    const { request, estimates } = this.#options;
    const [first] = candidates;
    if (!strict) return first === undefined ? 0 : this.#costOf(first);
    const dear = candidates.filter(({ provider }) => !request.isPaid(provider));
    return Math.max(0, ...dear.map((candidate) => estimates.bound(candidate, request.facts)));
  }

  #costOf(candidate: RankedCandidate): number {
    const { request, estimates } = this.#options;
    return request.isPaid(candidate.provider) ? 0 : estimates.expected(candidate);
  }
}

function holderOf({ id, name }: ClientPolicy): Holder {
  return { account: accountOf(id), name };
}
