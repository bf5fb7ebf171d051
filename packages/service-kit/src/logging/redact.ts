const HIDDEN = "***";

/** Field names whose text is never printed. Numbers under such names (token counts) are no secrets. */
const SECRET_NAME = /authorization|cookie|api[-_]?key|token|secret|password|credential|(^|[-_.])key$|[a-z]Key$/i;

/** Credentials inside running text: bearer values, provider keys, user info and key parameters of URLs. */
const SECRET_TEXT =
  /(\bbearer\s+)[^\s"',;]+|\b((?:sk|pk|rk|gh[oprsu]|github_pat|xox[abp]|AIza)[-_]?)[A-Za-z0-9_-]{16,}|(:\/\/)[^\s/@:]*:[^\s/@]*(?=@)|([?&](?:key|api[-_]?key|access_token|token)=)[^\s&"']+/gi;

const MAX_DEPTH = 6;

/** Hides credentials that stand in the middle of a text. */
export function redactText(text: string): string {
  return text.replace(
    SECRET_TEXT,
    // What stands before a secret is kept: one of the groups.
    (_match, ...groups: (string | undefined)[]) =>
      (groups.slice(0, 4).find((group) => group !== undefined) ?? "") + HIDDEN,
  );
}

/** True for a field name whose value must not be printed. */
function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A copy that can be printed: secrets hidden, errors as plain data, nothing deeper than six levels. */
export function redact(value: unknown, name = "", depth = 0): unknown {
  if (typeof value === "string") return isSecretName(name) ? HIDDEN : redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (Buffer.isBuffer(value)) return `<${value.length} bytes>`;
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) return value.map((item) => redact(item, name, depth + 1));
  if ("toJSON" in value && typeof value.toJSON === "function") return redact(value.toJSON(), name, depth + 1);
  return redactFields(value as Record<string, unknown>, depth + 1);
}

export function redactFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  const printable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const hidden = redact(value, name, depth);
    if (hidden !== undefined) printable[name] = hidden;
  }
  return printable;
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, failure } = error as { code?: unknown; failure?: unknown };
  return {
    name: error.name,
    message: redactText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(failure === undefined ? {} : { failure }),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_DEPTH ? {} : { cause: redact(error.cause, "", depth + 1) }),
  };
}
