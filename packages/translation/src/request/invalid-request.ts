import { GatewayError } from "@switchyard/wire";

/** The client's own mistake: a 400 that says where, the same at every provider. */
export function invalidRequest(path: string, message: string): GatewayError {
  return new GatewayError("invalid_request_error", `${path}: ${message}`);
}

/** A legal request that this target cannot take: a 400 that says where; another target may still serve it. */
export function beyondTarget(path: string, message: string): GatewayError {
  return new GatewayError("invalid_request_error", `${path}: ${message}`, { failure: "capability" });
}

export function requireString(value: unknown, path: string): string {
  if (typeof value !== "string") throw invalidRequest(path, "Input should be a valid string");
  return value;
}

/** For values that have a type already, which a type predicate would narrow wrongly. */
export function isObject(value: unknown): boolean {
  return isRecord(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
