import type { Dialect, Exchange, JsonAnswer } from "../engine/dialect.ts";
import type { Scenario } from "../scenario.ts";
import type { QuotaAccount, QuotaBook, QuotaPrice } from "./quota-book.ts";
import type { RequestWeight } from "./quota-report.ts";
import type { CompleteQuotaRule } from "./quota-rule.ts";
import type { QuotaStyle } from "./quota-style.ts";

/** What a request goes on spending while it is answered. */
export interface QuotaTab {
  /** So many of all events of the answer have been written. */
  progress(written: number, all: number): void;
  /** The answer has ended, or its client has left. Again is harmless. */
  close(): void;
}

export interface QuotaGate {
  /** Counts the request, or refuses it in the provider's words. Once per exchange. */
  admit(dialect: Dialect, exchange: Exchange): JsonAnswer | undefined;
  /** Opens the tab of a request that was let in; undefined: nothing limits it. */
  open(dialect: Dialect, exchange: Exchange, scenario: Scenario): QuotaTab | undefined;
  /** Puts what the provider tells of its limits in place of what an answer says without quotas. */
  rewriteHeaders(dialect: Dialect, exchange: Exchange, headers: Record<string, string>): void;
}

export interface QuotaGateDeps {
  book: QuotaBook;
  style: QuotaStyle;
  now: () => number;
}

/** Stands before the endpoints that generate. */
export function createQuotaGate({ book, style, now }: QuotaGateDeps): QuotaGate {
  const accounts = new WeakMap<Exchange, QuotaAccount>();

  return {
    admit(dialect, exchange) {
      const { generation } = dialect;
      if (generation === undefined || book.isEmpty) return undefined;
      const { model } = generation.view(exchange);
      const weight = generation.weigh(exchange);
      const verdict = book.admit(model, (rule) => priceOf(rule, weight, style));
      if (!("retryAfterMs" in verdict)) {
        accounts.set(exchange, verdict);
        return undefined;
      }
      const answer = style.refuse(verdict, { dialect, exchange, model });
      return { ...answer, headers: { ...answer.headers, ...style.headers(book.readings(model), now()) } };
    },
    open(dialect, exchange, scenario) {
      const account = accounts.get(exchange);
      if (account === undefined) return undefined;
      const failed = scenario.error !== undefined;
      return createTab(account, failed ? 0 : (dialect.generation?.countOutput(exchange, scenario) ?? 0), style);
    },
    rewriteHeaders(dialect, exchange, headers) {
      if (dialect.generation === undefined || book.isEmpty) return;
      const { model } = dialect.generation.view(exchange);
      for (const name of Object.keys(headers)) if (name.includes("ratelimit")) delete headers[name];
      Object.assign(headers, style.headers(book.readings(model), now()));
    },
  };
}

/** What is asked of each quota at the start. Output cannot be known then: there must be room for any at all. */
export function priceOf(rule: CompleteQuotaRule, weight: RequestWeight, style: QuotaStyle): QuotaPrice {
  switch (rule.resource) {
    case "requests":
    case "concurrency":
      return { spend: 1, need: 1 };
    case "input_tokens":
      return { spend: weight.input, need: weight.input };
    case "output_tokens":
      return { spend: 0, need: weight.output ?? 1 };
    case "tokens": {
      const tokens = tokensAtStart(weight, style);
      const produced = style.tokens === "as_produced" ? (weight.output ?? 0) : 0;
      return { spend: tokens, need: tokens + produced };
    }
  }
}

function tokensAtStart({ input, prompt, maxOutput = 0 }: RequestWeight, style: QuotaStyle): number {
  switch (style.tokens) {
    case "as_produced":
      return input;
    case "larger":
      return Math.max(prompt, maxOutput);
    case "sum":
      return prompt + maxOutput;
  }
}

function createTab(account: QuotaAccount, output: number, style: QuotaStyle): QuotaTab {
  let counted = 0;
  let open = true;
  return {
    progress(written, all) {
      if (!open) return;
      const due = all === 0 ? 0 : Math.round((output * Math.min(written, all)) / all) - counted;
      if (due <= 0) return;
      counted += due;
      account.spend("output_tokens", due);
      if (style.tokens === "as_produced") account.spend("tokens", due);
    },
    close() {
      if (open) account.spend("concurrency", -1);
      open = false;
    },
  };
}
