import { GatewayError, type ModelInfo } from "@switchyard/wire";

import type { Allowed, Exclusion, Plan } from "./contract.ts";

export function mayUseProvider(name: string, allowed: Allowed | undefined): boolean {
  const { providers } = allowed ?? {};
  return providers === undefined || providers.some((one) => one.toLowerCase() === name.toLowerCase());
}

/** By its canonical name, its upstream id or an alias. */
export function mayUseModel(
  { canonical, id, aliases }: Pick<ModelInfo, "canonical" | "id" | "aliases">,
  allowed: Allowed | undefined,
): boolean {
  const { models } = allowed ?? {};
  return (
    models === undefined || models.some((pattern) => [canonical, id, ...aliases].some((name) => fits(name, pattern)))
  );
}

/** "*" stands for any text, nothing too; upper and lower case are the same. */
function fits(name: string, pattern: string): boolean {
  const [first = "", ...others] = pattern.toLowerCase().split("*");
  const text = name.toLowerCase();
  if (others.length === 0) return text === first;
  const last = others.pop() ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

export function forbid(allowed: Allowed | undefined, provider: string, model?: string): Exclusion {
  const reason = `is not allowed for ${allowed?.holder ?? "this key"}`;
  return { provider, ...(model === undefined ? {} : { model }), reason, forbidden: true };
}

/** The answer where nothing is left but what the holder of the key may not use; undefined: something else is wrong. */
export function explainForbidden(
  { exclusions }: Pick<Plan, "exclusions">,
  { allowed, asked }: { allowed: Allowed | undefined; asked: string },
): GatewayError | undefined {
  if (allowed === undefined || !exclusions.some(({ forbidden }) => forbidden === true)) return undefined;
  const { holder, models, providers } = allowed;
  const most = [
    ...(models === undefined ? [] : [`the models ${models.join(", ") || "(none)"}`]),
    ...(providers === undefined ? [] : [`the providers ${providers.join(", ") || "(none)"}`]),
  ];
  return new GatewayError(
    "permission_error",
    `The model ${JSON.stringify(asked)} is not allowed for ${holder}; allowed are ${most.join(" of ")}`,
  );
}
