import type { Catalog } from "@switchyard/catalog";
import type { HttpClient, Lifecycle, Logger, Metrics, SettingsHolder } from "@switchyard/service-kit";
import type { CountTokensAnswer } from "@switchyard/wire";

import type { Rests } from "./attempts/rests.ts";
import type { ProviderDirectory } from "./providers/provider-directory.ts";
import type { Traffic } from "./providers/traffic.ts";

/** What the routes of one gateway share. */
export interface GatewayContext {
  settings: SettingsHolder;
  catalog: Catalog;
  directory: ProviderDirectory;
  rests: Rests;
  traffic: Traffic;
  http: HttpClient;
  logger: Logger;
  metrics: Metrics;
  onShutdown: Lifecycle["onShutdown"];
  /** Counts the tokens of a parsed request on this machine. */
  countTokens(body: unknown): Promise<CountTokensAnswer["input_tokens"]>;
}
