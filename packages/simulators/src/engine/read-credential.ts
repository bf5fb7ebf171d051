/** The credential of a request: Bearer token first, then the named key headers. */
export function readCredential(
  headers: Readonly<Record<string, string>>,
  keyHeaders: readonly string[] = ["x-api-key"],
): string | undefined {
  const bearer = /^bearer\s+(.+)$/i.exec(headers["authorization"] ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  for (const name of keyHeaders) {
    const value = headers[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** Without a list every credential counts, except one that is plainly called invalid. */
export function isAccepted(credential: string | undefined, accepted: readonly string[] | undefined): boolean {
  if (credential === undefined || credential === "") return false;
  return accepted === undefined ? credential !== "invalid" : accepted.includes(credential);
}
