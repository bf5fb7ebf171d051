import type { Catalog } from "@switchyard/catalog";
import type { HttpClient, Lifecycle, Logger, Metrics, ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo } from "@switchyard/wire";

import type { Family } from "../families/family.ts";
import type { Provider } from "../provider.ts";
import type { LearntRejections } from "../rejections/learnt-rejections.ts";
import type { HealthMonitor } from "./health-monitor.ts";

/** What the handlers of one provider service share. */
export interface Shell {
  readonly provider: Provider;
  readonly settings: ProviderSettings;
  readonly catalog: Catalog;
  readonly http: HttpClient;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly health: HealthMonitor;
  readonly limits: ShellLimits;
  /** Code and model of the adaptations that the log already tells of. */
  readonly toldWarnings: Set<string>;
  /** What targets have refused; only of requests that come without the inner token: the gateway keeps its own. */
  readonly learnt: LearntRejections;
  /** The family by which this model is reached. */
  familyOf(model: ModelInfo): Family;
}

export interface ShellLimits {
  maxBodyBytes: number;
  /** Used alone: ms after which the head of a stream goes out although nothing has come yet. */
  earlyHeadersMs: number;
  pingIntervalMs: number;
}
