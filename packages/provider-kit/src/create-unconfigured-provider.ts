import type { Catalog } from "@switchyard/catalog";
import type { ProviderSettings } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";

import { listProviderModels } from "./list-provider-models.ts";
import type { Provider } from "./provider.ts";

/** A provider that is off or lacks its credential: it says what would have to be set, and sends nothing. */
export function createUnconfiguredProvider(settings: ProviderSettings, catalog: Catalog): Provider {
  const { models, tiers } = listProviderModels(settings, catalog);
  const refuse = (): Promise<never> => Promise.reject(unconfiguredError(settings));
  return {
    name: settings.name,
    kind: settings.kind,
    models: () => models,
    tiers: () => tiers,
    status: () => ({
      status: "unconfigured",
      missing: settings.missing,
      ...(settings.reason === undefined ? {} : { reason: settings.reason }),
    }),
    authorize: refuse,
    check: refuse,
    close: () => Promise.resolve(),
  };
}

function unconfiguredError({ name, missing, reason }: ProviderSettings): GatewayError {
  const remedy = missing.length === 0 ? (reason ?? "It is off.") : `Set ${missing.join(" or ")}.`;
  return new GatewayError("api_error", `The provider ${name} is not configured. ${remedy}`, {
    status: 503,
    failure: "unconfigured",
  });
}
