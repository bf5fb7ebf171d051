import { GatewayError } from "@switchyard/wire";

/** Where a request was going, for messages that people read. Host and port only: paths may hold project names. */
export function describeTarget(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "closed the connection before it answered",
  EPIPE: "closed the connection before it answered",
  ENOTFOUND: "has no address (DNS)",
  EAI_AGAIN: "could not be looked up (DNS)",
  ERR_PROXY_TUNNEL: "could not be reached through the proxy",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  CERT_HAS_EXPIRED: "has an expired certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "has a certificate chain that this machine does not trust",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "has a certificate chain that this machine does not trust",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "has a certificate chain that this machine does not trust",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another host",
};

/** Names what kept a request from being answered: failure "network", or "timeout" where the system says so. */
export function mapNetworkError(error: unknown, url: URL): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = networkErrorCode(error);
  const target = describeTarget(url);
  if (code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT") {
    return new GatewayError("timeout_error", `${target} did not answer in time.`, { failure: "timeout", cause: error });
  }
  const what = EXPLANATIONS[code] ?? `failed${code === "" ? "" : ` (${code})`}`;
  return new GatewayError("api_error", `${target} ${what}.`, { status: 502, failure: "network", cause: error });
}

/** The system's code of an error, "" where it has none. Several addresses tried: the first one's. */
export function networkErrorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return networkErrorCode(error.errors[0]);
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return String(error.code);
}
