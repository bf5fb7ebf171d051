/** Why a request is refused, before the provider's envelope is put around it. */
export interface RequestProblem {
  status: number;
  message: string;
  /** Default "invalid_request_error". */
  type?: string;
  /** Where the request is wrong, in the provider's notation. */
  param?: string | null;
  code?: string | null;
  /** What the provider's envelope holds besides. */
  details?: unknown;
}

/** A 400 that names a place and, where the API gives one, a code. */
export function badRequest(message: string, param: string | null = null, code: string | null = null): RequestProblem {
  return { status: 400, message, param, code };
}

/** The first problem that one of the checks finds; the others are not run. */
export function firstProblem(checks: readonly (() => RequestProblem | undefined)[]): RequestProblem | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The first problem among the items of a list. */
export function problemIn<T>(
  items: readonly T[],
  check: (item: T, index: number) => RequestProblem | undefined,
): RequestProblem | undefined {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** "'a', 'b', and 'c'", as OpenAI lists allowed values. */
export function quoteList(values: readonly unknown[], last: "and" | "or" = "and"): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  if (quoted.length <= 1) return quoted.join("");
  if (quoted.length === 2) return quoted.join(` ${last} `);
  return `${quoted.slice(0, -1).join(", ")}, ${last} ${quoted.at(-1)}`;
}
