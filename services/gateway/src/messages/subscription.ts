import type { IncomingHttpHeaders } from "node:http";

/** Keys are billed per token and come as x-api-key; a subscription's token is a Bearer (docs of Claude Code). */
export function isSubscription({ authorization }: IncomingHttpHeaders): boolean {
  return authorization?.startsWith("Bearer sk-ant-oat") === true;
}
