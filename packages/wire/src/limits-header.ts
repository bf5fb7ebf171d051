import { LIMITED_RESOURCES, type LimitedResource, type LimitObservation } from "./limit-observation.ts";

/** Headers above this are not ours: 16 observations stay far below it. */
const MAX_LENGTH = 2048;
const MAX_OBSERVATIONS = 16;

const NUMBERS = ["limit", "remaining", "resetMs", "windowMs", "utilization"] as const;

/** Observations as the value of a header: `requests;limit=50;remaining=49;resetMs=1200, tokens;limit=…`. */
export function writeObservations(list: readonly LimitObservation[]): string {
  return list.slice(0, MAX_OBSERVATIONS).map(writeObservation).join(", ");
}

/** What stands in such a header, in its order. What is no observation is left out; never throws. */
export function readObservations(text: string | undefined): LimitObservation[] {
  if (text === undefined || text.length > MAX_LENGTH) return [];
  return text
    .split(",")
    .slice(0, MAX_OBSERVATIONS)
    .flatMap((part) => readObservation(part.trim()) ?? []);
}

function writeObservation(observation: LimitObservation): string {
  const numbers = NUMBERS.flatMap((name) => {
    const value = observation[name];
    return value === undefined || !isAmount(value) ? [] : [`;${name}=${shorten(value, name)}`];
  });
  return observation.resource + numbers.join("");
}

/** Fractions of units and of milliseconds tell nothing. */
function shorten(value: number, name: (typeof NUMBERS)[number]): number {
  return name === "utilization" ? Math.round(value * 10_000) / 10_000 : Math.ceil(value);
}

function readObservation(text: string): LimitObservation | undefined {
  const [resource = "", ...pairs] = text.split(";");
  if (!isResource(resource)) return undefined;
  const observation: LimitObservation = { resource };
  for (const pair of pairs) {
    const [name = "", value = ""] = pair.split("=", 2);
    const known = NUMBERS.find((candidate) => candidate === name);
    if (known === undefined) continue;
    const number = Number(value);
    if (value === "" || !isAmount(number)) return undefined;
    observation[known] = number;
  }
  return Object.keys(observation).length > 1 ? observation : undefined;
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function isResource(text: string): text is LimitedResource {
  return LIMITED_RESOURCES.some((resource) => resource === text);
}
