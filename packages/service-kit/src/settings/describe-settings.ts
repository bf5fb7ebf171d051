import type { ProviderSettings, Settings } from "./settings.ts";

/** A line of the box that the launcher prints. */
export interface SettingsRow {
  name: string;
  /** Where its service is. */
  address: string;
  on: boolean;
  /** Why it is off, or what is special about it. */
  note: string;
}

/** One row per provider, in order of priority; nothing secret in it. */
export function describeSettings(settings: Settings): SettingsRow[] {
  return settings.providers.map((provider) => ({
    name: provider.name,
    address: provider.serviceUrl,
    on: provider.enabled,
    note: noteOf(provider),
  }));
}

function noteOf(provider: ProviderSettings): string {
  if (provider.simulated && provider.enabled) return "simulated";
  if (provider.enabled) {
    const host = new URL(provider.baseUrl).host;
    return provider.credential?.type === "client" ? `${host}, with the client's own credential` : host;
  }
  return provider.missing.length > 0 ? `set ${provider.missing.join(" and ")}` : (provider.reason ?? "");
}
