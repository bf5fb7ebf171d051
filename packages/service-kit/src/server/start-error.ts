/** A service cannot start, for a reason that its user can change; the message says how. */
export class StartError extends Error {
  override readonly name = "StartError";
}
