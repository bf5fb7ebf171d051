import type { Candidate } from "@switchyard/routing";

/** The breaker's key: one upstream model of one provider. */
export function targetOf({ provider, model }: Pick<Candidate, "provider" | "model">): string {
  return `${provider}/${model.id}`;
}

/**
 * The quota that a candidate draws on. With a credential of the client's own it is that client's: `account` tells
 * clients apart without telling who they are.
 */
export function bucketOf({ provider, model }: Pick<Candidate, "provider" | "model">, account?: string): string {
  const bucket = `${provider}/${model.quota_bucket}`;
  return account === undefined ? bucket : `${bucket}#${account}`;
}
