import type { ProviderSettings } from "@switchyard/service-kit";
import { OptionsError } from "./live-options.ts";
import { WHAT_TO_SET } from "./what-to-set.ts";

export interface LeftProvider {
  name: string;
  /** A sentence: what would have to be set. */
  reason: string;
}

export interface SelectedProviders {
  /** On, with a credential of their own. */
  usable: readonly ProviderSettings[];
  left: readonly LeftProvider[];
}

/**
 * Which providers can be asked. `only`: names that are wanted; empty: all.
 *
 * @throws OptionsError for a name that neither the settings nor the known kinds have
 */
export function selectProviders(providers: readonly ProviderSettings[], only: readonly string[]): SelectedProviders {
  const names = [...new Set([...Object.keys(WHAT_TO_SET), ...providers.map(({ name }) => name)])];
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new OptionsError(`no provider is called ${unknown.join(", ")}; there are ${names.join(", ")}`);
  const wanted = only.length === 0 ? names : names.filter((name) => only.includes(name));
  const usable = providers.filter((settings) => wanted.includes(settings.name) && isUsable(settings));
  return {
    usable,
    left: wanted
      .filter((name) => !usable.some((settings) => settings.name === name))
      .map((name) => ({
        name,
        reason: reasonOf(
          name,
          providers.find((settings) => settings.name === name),
        ),
      })),
  };
}

function isUsable({ enabled, credential, simulated }: ProviderSettings): boolean {
  return enabled && !simulated && credential !== undefined && credential.type !== "client";
}

function reasonOf(name: string, settings: ProviderSettings | undefined): string {
  if (settings?.credential?.type === "client") return "it has only its clients' own credentials";
  const what = WHAT_TO_SET[name];
  return what === undefined ? (settings?.reason ?? "it is switched off") : `set ${what}`;
}
