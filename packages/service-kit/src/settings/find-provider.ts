import { providerName } from "./provider-entries.ts";
import type { ProviderSettings } from "./settings.ts";

/** The provider of a name, or of its short form: "github" is "github-models". */
export function findProvider(providers: readonly ProviderSettings[], name: string): ProviderSettings | undefined {
  const wanted = providerName(name.trim());
  return (
    providers.find((provider) => provider.name === wanted) ??
    providers.find((provider) => provider.name === `${wanted}-models`)
  );
}
