export interface ShownHealth {
  status: string;
  reason?: string;
}

/** What `/health` of any service tells, in a word and, where there is one, a reason. */
export function describeHealth(told: unknown, code: number): ShownHealth {
  const { status, reason, missing, providers } = (told ?? {}) as Record<string, unknown>;
  const why =
    typeof reason === "string"
      ? reason
      : Array.isArray(missing)
        ? `set ${missing.join(" or ")}`
        : describeTroubled(providers);
  return { status: typeof status === "string" ? status : String(code), ...(why ? { reason: why } : {}) };
}

/** States of a provider in which nothing is wrong. */
const CALM: ReadonlySet<unknown> = new Set(["healthy", "disabled", "unconfigured", "retired"]);

/** For whose sake a gateway is not healthy: "openrouter unhealthy (network)". */
function describeTroubled(providers: unknown): string {
  const troubled = Object.entries((providers ?? {}) as Record<string, Record<string, unknown>>).filter(
    ([, { status }]) => !CALM.has(status),
  );
  return troubled
    .map(([name, { status, reason, last_failure_reason: failure }]) => {
      const why = reason ?? failure;
      return `${name} ${String(status)}${typeof why === "string" ? ` (${why})` : ""}`;
    })
    .join(", ");
}
