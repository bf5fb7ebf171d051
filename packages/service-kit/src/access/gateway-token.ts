/**
 * Before a key: the head and body of an unsigned JWT, {"alg":"none","typ":"JWT"} and {"aud":"claude-gateway"}. Claude
 * Code (from 2.1.225 on) shows a gateway's spend limits only to whom it takes for its own user; with a custom base URL
 * that is whoever has such a token as ANTHROPIC_AUTH_TOKEN. It proves nothing: what counts is the key behind it.
 */
const GATEWAY_TOKEN_PREFIX = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJhdWQiOiJjbGF1ZGUtZ2F0ZXdheSJ9.";

/** A key in the form in which Claude Code shows what is left of its budget; as it is where it has a dot, which a JWT's part cannot have. */
export function toGatewayToken(key: string): string {
  return key.includes(".") ? key : GATEWAY_TOKEN_PREFIX + key;
}

/** The key of either form. */
export function keyOfToken(token: string): string {
  return token.startsWith(GATEWAY_TOKEN_PREFIX) ? token.slice(GATEWAY_TOKEN_PREFIX.length) : token;
}
