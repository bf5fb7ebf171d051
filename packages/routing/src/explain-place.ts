import type { RankInput } from "./contract.ts";
import { formatCount, formatDollars, formatDuration, formatPercent } from "./format.ts";
import type { Place } from "./place.ts";
import { explainPrice } from "./price.ts";

/** Why a candidate stands where it stands, for people. */
export function explainPlace(place: Place, input: RankInput): string[] {
  const { now } = input.world;
  return [
    ...explainPosition(place, input),
    explainHeadroom(place, now),
    explainSpeed(place),
    place.candidate.model.price === undefined
      ? "its price is not known"
      : `this request costs about ${explainPrice(place.candidate.model.price, place.tokens, place.writesCache)}`,
    explainReliability(place),
    ...explainPreference(place, input),
  ];
}

function explainPosition(place: Place, { world: { now }, requested, dice }: RankInput): string[] {
  const { warm, obstacle, awaited, affinity } = place;
  const sentences: string[] = [];
  if (place.candidate.group === "substitute") sentences.push(`stands in: it is listed for the tier ${requested.tier}`);
  if (warm !== undefined) {
    const { cached, fresh } = place.tokens;
    const part = `${formatCount(cached)} of ${formatCount(cached + fresh)} tokens`;
    const stays = affinity === 2 ? "the session stays here: " : "";
    sentences.push(`${stays}its cache is warm for ${formatDuration(warm.warmUntil - now)} and covers ${part}`);
  }
  if (place.explored) sentences.push("little is known of it: it is tried first to find out");
  if (obstacle !== undefined) sentences.push(explainObstacle(place, now));
  if (awaited) sentences.push("the session waits for it");
  if (place.blind) sentences.push("it does not see what the request shows: behind those that do");
  if (place.sinking && obstacle === undefined && affinity === 0) sentences.push("it is nearly full: behind the others");
  if (place.passedOver) {
    const share = formatPercent(place.bucket?.share ?? 1);
    sentences.push(
      `it comes back by steps and gets ${share} of its traffic: not this request (${dice.random.toFixed(2)})`,
    );
  }
  return sentences;
}

function explainObstacle({ obstacle, target }: Place, now: number): string {
  if (obstacle === undefined) return "";
  const until = obstacle.until === Infinity ? "until something changes" : `for ${formatDuration(obstacle.until - now)}`;
  if (obstacle.kind === "resting") return `rests ${until}: ${obstacle.rest?.failure} (${obstacle.rest?.message})`;
  if (obstacle.kind === "full") return `has no room ${until}`;
  if (obstacle.kind === "open") return `its breaker is open ${until}`;
  return `its last check failed, and so did its last ${target?.failuresInRow ?? 1} requests`;
}

function explainHeadroom({ bucket, cost, terms, tokens }: Place, now: number): string {
  if (cost === 0) return `headroom ${show(terms.headroom)}: it costs nothing and is used up first`;
  if (bucket?.load === undefined) return `headroom ${show(terms.headroom)}: no limit is known`;
  const reset =
    bucket.resetAt === undefined || bucket.resetAt <= now ? "" : `, as new in ${formatDuration(bucket.resetAt - now)}`;
  const left =
    bucket.inputTokensLeft === undefined
      ? ""
      : `; room for ${formatCount(bucket.inputTokensLeft)} input tokens, this takes ${formatCount(tokens.fresh)}`;
  return `headroom ${show(terms.headroom)}: ${formatPercent(bucket.load)} of its fullest limit is used${reset}${left}`;
}

function explainSpeed({ target, terms }: Place): string {
  const { firstTokenMs, outputTokensPerSecond } = target ?? {};
  const parts = [
    ...(firstTokenMs === undefined ? [] : [`first output after ${formatDuration(firstTokenMs)}`]),
    ...(outputTokensPerSecond === undefined ? [] : [`${Math.round(outputTokensPerSecond)} tokens per second`]),
  ];
  return `speed ${show(terms.speed)}: ${parts.length === 0 ? "not known" : parts.join(", ")}`;
}

function explainReliability({ target, terms }: Place): string {
  if (target?.successRate === undefined) return `reliability ${show(terms.reliability)}: nothing is known`;
  return `reliability ${show(terms.reliability)}: ${formatPercent(target.successRate)} of ${target.attempts} attempts`;
}

function explainPreference({ factor }: Place, { maxCostNanoDollars }: RankInput): string[] {
  return [
    ...(factor === 1 ? [] : [`preferred: score × ${show(factor)}`]),
    ...(maxCostNanoDollars === undefined ? [] : [`allowed are ${formatDollars(maxCostNanoDollars)} for a request`]),
  ];
}

function show(value: number): string {
  return String(Number(value.toFixed(2)));
}
