import type { LimitedResource } from "@switchyard/wire";

/** What one attempt takes, or took. */
export interface Amounts {
  requests: number;
  inputTokens: number;
  outputTokens: number;
}

/** How much of a resource that is. */
export function amountOf(resource: LimitedResource, amounts: Amounts): number {
  switch (resource) {
    case "requests":
      return amounts.requests;
    case "input_tokens":
      return amounts.inputTokens;
    case "output_tokens":
      return amounts.outputTokens;
    case "tokens":
      return amounts.inputTokens + amounts.outputTokens;
    case "concurrency":
      return 1;
  }
}
