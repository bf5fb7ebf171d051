import type { LimitObservation } from "@switchyard/wire";

import type { LimitSource } from "./limit-source.ts";
import { readAmount } from "./read-amount.ts";
import { readLimitType } from "./read-plain-limits.ts";

const AZURE = /rate limit of (\d+) per (\d+)s exceeded for (\w+)\.(?: please wait (\d+) second)?/iu;
const OPENAI = /\b(tokens|requests) per (min|day) \((?:TPM|RPM|TPD|RPD)\): Limit (\d+), Used (\d+)/iu;

const WINDOW_MS: Readonly<Record<string, number>> = { min: 60_000, day: 86_400_000 };

/**
 * Limits that the words of a 429 name: Azure's inference and GitHub ("Rate limit of 150 per 86400s exceeded for
 * UserByModelByDay. Please wait 42567 seconds before retrying."), OpenAI and Groq ("on tokens per min (TPM): Limit
 * 30000, Used 29000, Requested 2000", https://console.groq.com/docs/errors).
 */
export function readWordedLimits({ status, error }: LimitSource): LimitObservation[] {
  if (status !== 429 || error === undefined) return [];
  return readAzure(error.message) ?? readOpenAi(error.message) ?? [];
}

function readAzure(message: string): LimitObservation[] | undefined {
  const [, limitText, secondsText, type = "", waitText] = AZURE.exec(message) ?? [];
  const limit = readAmount(limitText);
  const seconds = readAmount(secondsText);
  if (limit === undefined || seconds === undefined || limit === 0 || seconds === 0) return undefined;
  const wait = readAmount(waitText);
  const windowMs = seconds * 1000;
  const resetMs = wait === undefined ? undefined : Math.min(wait * 1000, windowMs);
  return [
    {
      resource: readLimitType(type).resource,
      limit,
      remaining: 0,
      windowMs,
      ...(resetMs === undefined ? {} : { resetMs }),
    },
  ];
}

/** The request was too large for what remains, which is more than nothing. */
function readOpenAi(message: string): LimitObservation[] | undefined {
  const [, what = "", window = "", limitText, usedText] = OPENAI.exec(message) ?? [];
  const limit = readAmount(limitText);
  const used = readAmount(usedText);
  const windowMs = WINDOW_MS[window.toLowerCase()];
  if (limit === undefined || limit === 0 || used === undefined || windowMs === undefined) return undefined;
  const resource = what.toLowerCase() === "tokens" ? "tokens" : "requests";
  return [{ resource, limit, remaining: Math.max(0, limit - used), windowMs }];
}
