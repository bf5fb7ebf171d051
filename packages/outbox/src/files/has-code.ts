/** Whether this is the system's error with one of these codes: hasCode(error, "ENOENT"). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === "object" && error !== null && "code" in error && codes.some((code) => code === error.code);
}
