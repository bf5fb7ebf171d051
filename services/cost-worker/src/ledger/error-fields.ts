/** What an error says, whoever made it: errors of other realms and of drivers are not always instances of ours. */
export function messageOf(error: unknown): string {
  const message = field(error, "message");
  if (typeof message === "string" && message !== "") return message;
  const code = codeOf(error);
  return code ?? String(error);
}

/** "ECONNREFUSED", a driver's own; undefined: it has none. */
export function codeOf(error: unknown): string | undefined {
  const code = field(error, "code");
  return typeof code === "string" ? code : undefined;
}

export function field(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}
