import type { IncomingHttpHeaders } from "node:http";

import { type Preference, STRATEGIES, type Strategy, type Substitution } from "@switchyard/routing";
import { GatewayError, HEADERS } from "@switchyard/wire";

/** What a request asks of routing, by its headers; what it does not say is absent. */
export interface Wishes {
  pinned?: string;
  strategy?: Strategy;
  substitution?: Substitution;
  preference?: Preference;
}

const SUBSTITUTIONS: readonly Substitution[] = ["never", "when_unavailable", "by_strategy"];

/** @throws GatewayError invalid_request_error that names the header and what it may say. */
export function readWishes(headers: IncomingHttpHeaders, providers: readonly string[]): Wishes {
  const pinned = readHeader(headers, HEADERS.provider);
  const strategy = readOneOf(headers, HEADERS.strategy, STRATEGIES);
  const substitution = readOneOf(headers, HEADERS.substitution, SUBSTITUTIONS);
  const preference = readPreference(headers, providers);
  return {
    ...(pinned === undefined ? {} : { pinned }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(substitution === undefined ? {} : { substitution }),
    ...(preference === undefined ? {} : { preference }),
  };
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

function readOneOf<Value extends string>(
  headers: IncomingHttpHeaders,
  name: string,
  known: readonly Value[],
): Value | undefined {
  const asked = readHeader(headers, name)?.toLowerCase();
  if (asked === undefined) return undefined;
  const found = known.find((one) => one === asked);
  if (found !== undefined) return found;
  throw new GatewayError("invalid_request_error", `${name}: Input should be one of ${known.join(", ")}`);
}

/** "fast", "cheap", a provider's name, or several of them with commas. */
function readPreference(headers: IncomingHttpHeaders, providers: readonly string[]): Preference | undefined {
  const asked = readHeader(headers, HEADERS.prefer);
  if (asked === undefined) return undefined;
  const preference: Preference = {};
  for (const word of asked.split(",").map((part) => part.trim().toLowerCase())) {
    const provider = providers.find((name) => name.toLowerCase() === word);
    if (word === "fast" || word === "cheap") preference[word] = true;
    else if (provider !== undefined) preference.provider = provider;
    else {
      const choices = ["fast", "cheap", ...providers].join(", ");
      throw new GatewayError("invalid_request_error", `${HEADERS.prefer}: Input should be one or more of ${choices}`);
    }
  }
  return preference;
}
