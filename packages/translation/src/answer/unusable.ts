import { GatewayError } from "@switchyard/wire";

/** The upstream's answer is none: cut off, empty, or not in its own format. Another attempt may do better. */
export function unusable(message: string): GatewayError {
  return new GatewayError("api_error", message, { status: 502, failure: "truncated" });
}
