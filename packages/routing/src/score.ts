import type { KnownProvider, Preference, RankInput, Strategy, Terms } from "./contract.ts";
import type { Place } from "./place.ts";
import { weigh } from "./read-terms.ts";

const FAST_MS = 2000;
const FAST_FACTOR = 1.2;
const PREFERRED_FACTOR = 1.5;
/** Configured orders differ by less than any preference. */
const ORDER_SPAN = 0.1;

const TERM_OF: Readonly<Partial<Record<Strategy, keyof Terms>>> = Object.freeze({
  cost: "price",
  performance: "speed",
  availability: "reliability",
});

/** True where the strategy weighs places by their terms; the others go by an order of the providers. */
export function goesByTerms(strategy: Strategy): boolean {
  return strategy === "intelligent" || TERM_OF[strategy] !== undefined;
}

/** Gives every place its score, higher is earlier: by its terms, or by its provider's turn. Terms stand already. */
export function score(places: readonly Place[], input: RankInput): void {
  const { strategy, weights, preference } = input;
  const term = TERM_OF[strategy];
  const order = goesByTerms(strategy) ? undefined : orderProviders(places, input);
  for (const place of places) {
    const all = weigh(place.terms, weights);
    place.factor = factorOf(place, preference);
    place.score = baseScore(place, { term, order, all }) * place.factor;
    place.tieBreak = term === undefined ? 0 : all - place.terms[term] * weights[term];
    // A price that is known goes before one that could be the same.
    if (term === "price" && place.cost === undefined) place.tieBreak = -Infinity;
  }
}

function baseScore(
  { terms, provider }: Place,
  { term, order, all }: { term: keyof Terms | undefined; order: ReadonlyMap<string, number> | undefined; all: number },
): number {
  if (order !== undefined) return 1 - (ORDER_SPAN * (order.get(provider.name) ?? order.size)) / Math.max(1, order.size);
  return term === undefined ? all : terms[term];
}

function factorOf({ provider, target, terms }: Place, { fast, cheap, provider: preferred }: Preference): number {
  let factor = 1;
  if (fast === true && target?.firstTokenMs !== undefined && target.firstTokenMs < FAST_MS) factor *= FAST_FACTOR;
  if (cheap === true) factor *= terms.price;
  if (preferred !== undefined && preferred.toLowerCase() === provider.name.toLowerCase()) factor *= PREFERRED_FACTOR;
  return factor;
}

/** Each provider's position under a strategy that orders providers. */
function orderProviders(places: readonly Place[], input: RankInput): ReadonlyMap<string, number> {
  const distinct = new Map<string, KnownProvider>();
  for (const { provider } of places) distinct.set(provider.name, provider);
  const byPriority = [...distinct.values()].toSorted((one, other) => one.priority - other.priority);
  return new Map(arrange(byPriority, places, input).map(({ name }, position) => [name, position]));
}

function arrange(
  providers: KnownProvider[],
  places: readonly Place[],
  { strategy, turn, dice }: RankInput,
): KnownProvider[] {
  if (strategy === "round_robin") return rotate(providers, places, turn);
  if (strategy === "random") return draw(providers, () => 1, dice.random);
  if (strategy === "weighted") return draw(providers, ({ weight }) => weight ?? 1, dice.random);
  return providers;
}

/** Those that could answer now take turns; else the neighbour of one that rests would get its turns as well. */
function rotate(providers: KnownProvider[], places: readonly Place[], turn: number): KnownProvider[] {
  const free = places.filter(({ obstacle, blind, passedOver }) => obstacle === undefined && !blind && !passedOver);
  const first = free.some(({ candidate }) => candidate.group === "requested") ? "requested" : "substitute";
  const able = new Set(free.filter(({ candidate }) => candidate.group === first).map(({ provider }) => provider.name));
  const inTurn = providers.filter(({ name }) => able.has(name));
  if (inTurn.length === 0) return providers;
  const start = turn % inTurn.length;
  const others = providers.filter(({ name }) => !able.has(name));
  return [...inTurn.slice(start), ...inTurn.slice(0, start), ...others];
}

/** Draws without putting back, each by its weight; what weighs nothing comes last. */
function draw(
  providers: KnownProvider[],
  weightOf: (provider: KnownProvider) => number,
  seed: number,
): KnownProvider[] {
  const next = createDice(seed);
  // Efraimidis and Spirakis: the order of u^(1/weight), here as logarithms.
  const lots = providers.map((provider) => {
    const weight = weightOf(provider);
    const luck = Math.log(Math.max(next(), Number.MIN_VALUE));
    return { provider, lot: weight > 0 ? luck / weight : -Infinity };
  });
  return lots
    .toSorted((one, other) => (one.lot === other.lot ? 0 : other.lot - one.lot))
    .map(({ provider }) => provider);
}

/** Further numbers of 0…1 out of one (mulberry32). */
function createDice(seed: number): () => number {
  let state = Math.floor(seed * 0x1_0000_0000) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
