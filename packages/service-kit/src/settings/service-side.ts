import { revisionOf } from "./revision.ts";
import type { ProviderSettings } from "./settings.ts";

/** Changes with what of a provider's settings its own service looks at; the rest is the gateway's alone. */
export function serviceSideOf({
  priority: _priority,
  weight: _weight,
  limits: _limits,
  ...rest
}: ProviderSettings): string {
  return revisionOf(rest);
}
