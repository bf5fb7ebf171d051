import { closestName } from "./closest-name.ts";
import { findProvider } from "./find-provider.ts";
import type { Problems } from "./problems.ts";
import type { ProviderSettings } from "./settings.ts";

/** The full name of the provider that a setting names; undefined after a problem was noted. */
export function findNamedProvider(
  name: string,
  { place, providers, problems }: { place: string; providers: readonly ProviderSettings[]; problems: Problems },
): string | undefined {
  const provider = findProvider(providers, name);
  if (provider !== undefined) return provider.name;
  const names = providers.map((other) => other.name);
  const closest = closestName(name, names);
  problems.add(
    place,
    `there is no provider "${name.slice(0, 40)}"`,
    closest === undefined ? `Name one of: ${names.join(", ")}.` : `Did you mean "${closest}"?`,
  );
  return undefined;
}
