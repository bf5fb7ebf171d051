import { GatewayError } from "@switchyard/wire";

import { SettingsError } from "./settings.ts";

/** Settings that are read, or changed, while their service runs. Throws a 400 that names every problem in them. */
export function readAnew<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems.map(({ path, problem, remedy }) => `${path}: ${problem}. ${remedy}`);
    throw new GatewayError("invalid_request_error", `The settings stay as they are. ${problems.join(" ")}`);
  }
}

/** A service that was not told how to read its settings anew. */
export function fixedSettings(): GatewayError {
  return new GatewayError("api_error", "This service was started with fixed settings", { status: 501 });
}
