import type { ClaudeTraits, ModelProfile } from "@switchyard/catalog";
import type { ModelInfo } from "@switchyard/wire";
import type { RawDialect } from "./dialects/raw-dialect.ts";

/** An answer as it came over the wire, whatever its dialect. */
export interface RawAnswer {
  status: number;
  /** Lower case. */
  headers: Readonly<Record<string, string>>;
  /** Body of an answer that is not a stream; the bytes of one that is. */
  text: string;
  /** Data of each server-sent event, in order; absent: the answer is no stream. */
  events?: readonly string[];
}

/** One model of one provider, in the dialect by which the provider's service reaches it. */
export interface LiveTarget {
  /** Name of the provider in the settings. */
  provider: string;
  kind: string;
  model: ModelInfo;
  dialect: RawDialect;
  /** How the model wants to be asked. */
  profile: ModelProfile;
  /** Present for Claude models. */
  claude?: ClaudeTraits;
  /** What to set for another credential, in the words of the environment; absent: there is none. */
  credentialSetting?: string;
}

/** The upstream itself, asked in its own dialect. */
export interface RawExchange {
  generate(body: Readonly<Record<string, unknown>>): Promise<RawAnswer>;
  /** Throws CaseSkipped where the upstream does not count. */
  countTokens(body: Readonly<Record<string, unknown>>): Promise<RawAnswer>;
  /** Throws CaseSkipped where the upstream lists nothing. */
  listModels(): Promise<RawAnswer>;
}

/** This project's provider service in front of the same upstream, asked as Claude Code asks. */
export interface ServiceExchange {
  messages(body: Readonly<Record<string, unknown>>): Promise<RawAnswer>;
  countTokens(body: Readonly<Record<string, unknown>>): Promise<RawAnswer>;
  models(): Promise<RawAnswer>;
}

/** What a case may cost at most, for the budget. */
export interface CaseCost {
  /** Requests that generate, to the upstream and through the service together. */
  requests: number;
  /** Tokens of the answer that each of them allows. */
  outputTokens: number;
}

export interface LiveCase {
  /** Also the name of its recording. */
  readonly name: string;
  readonly title: string;
  /** Asks with a credential that is none. */
  readonly wrongKey?: boolean;
  /** Why it makes no sense for a target; undefined: it does. */
  reasonToSkip?(target: LiveTarget): string | undefined;
  cost(target: LiveTarget): CaseCost;
  /** Asks the upstream itself; every answer is recorded and compared with the simulator's. */
  raw(exchange: RawExchange, target: LiveTarget): Promise<void>;
  /** Asks through the service; what was wrong, in sentences. `raw`: what the upstream itself had answered. */
  conform(service: ServiceExchange, target: LiveTarget, raw: readonly RawAnswer[]): Promise<string[]>;
}

/** Thrown by a case that finds out only on its way that it cannot show anything. */
export class CaseSkipped extends Error {
  override readonly name = "CaseSkipped";
}

/** True for a success that holds what a model said. */
export function isSuccess(answer: RawAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}
