import type { Catalog } from "@switchyard/catalog";
import type { HttpClient, Logger } from "@switchyard/service-kit";

/** What a provider is made with, besides its settings. */
export interface ProviderDependencies {
  catalog: Catalog;
  /** For requests of the provider's own: checks and listings. */
  http: HttpClient;
  log: Pick<Logger, "info" | "warn">;
  /** Where files of its own live. */
  stateDirectory: string;
}
