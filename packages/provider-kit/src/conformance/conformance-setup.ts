import type { ProviderSettings } from "@switchyard/service-kit";
import type { Simulator } from "@switchyard/simulators";

import type { ProviderDependencies } from "../provider-dependencies.ts";
import type { Provider } from "../provider.ts";

/** What the suite needs to know of a provider. */
export interface ConformanceSetup {
  /** Starts the imitation of its upstream. */
  startSimulator: () => Promise<Simulator>;
  /** Settings for that upstream: kind, base URL, and whatever else is not the suite's business. */
  settings: (simulator: Pick<Simulator, "baseUrl">) => Partial<ProviderSettings> & Pick<ProviderSettings, "kind">;
  /** What makes these settings lack their credential. Default: no credential, `missing: ["A_KEY"]`. */
  unconfigured?: Partial<ProviderSettings>;
  /** Settings whose credential the simulator refuses. Default: the key "invalid". */
  wrongCredential?: Partial<ProviderSettings>;
  createProvider: (settings: ProviderSettings, dependencies: ProviderDependencies) => Provider;
  /** The upstream's id of the model that is asked. */
  model: string;
  /** The upstream counts tokens itself. */
  countsTokens: boolean;
  /** The model's reasoning comes back as thinking. Default true. */
  thinks?: boolean;
  /** A text that the credential holds as it is sent, to be looked for where it must not be. Default "test-key". */
  secret?: string;
  /** The upstream takes no compressed answers, redirects or the like: titles of cases that are skipped, with the reason. */
  skip?: Readonly<Record<string, string>>;
}
