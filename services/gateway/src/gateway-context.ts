import type { Catalog } from "@switchyard/catalog";
import type {
  ConfigurationFile,
  HttpClient,
  Lifecycle,
  Logger,
  Metrics,
  Settings,
  SettingsHolder,
} from "@switchyard/service-kit";
import type { State } from "@switchyard/state";
import type { CountTokensAnswer } from "@switchyard/wire";

import type { Admission } from "./admission/create-admission.ts";
import type { ReservationKeeper } from "./attempts/reservation-keeper.ts";
import type { WaitingRoom } from "./attempts/waiting-room.ts";
import type { BudgetDesk } from "./clients/budget-desk.ts";
import type { ClientBook } from "./clients/client-book.ts";
import type { Breakers } from "./breakers/create-breakers.ts";
import type { ProviderDirectory } from "./providers/provider-directory.ts";
import type { Traffic } from "./providers/traffic.ts";
import type { UsageRecorder } from "./usage/usage-recorder.ts";
import type { LimitBook } from "./world/limit-book.ts";
import type { WorldReader } from "./world/to-world.ts";

/** What the routes of one gateway share. */
export interface GatewayContext {
  settings: SettingsHolder;
  catalog: Catalog;
  directory: ProviderDirectory;
  /** Limits, breakers, sessions, switches: what replicas share. */
  state: State;
  breakers: Breakers;
  limits: LimitBook;
  readWorld: WorldReader;
  admission: Admission;
  waitingRoom: WaitingRoom;
  reservations: ReservationKeeper;
  traffic: Traffic;
  /** Whose key is whose, and what its holder may do. */
  clients: ClientBook;
  /** Lets requests pass while there is money for them. */
  budgets: BudgetDesk;
  /** The books: every upstream request, and what came of it. */
  usage: UsageRecorder;
  http: HttpClient;
  logger: Logger;
  metrics: Metrics;
  onShutdown: Lifecycle["onShutdown"];
  /** Reads the settings anew; absent where they are fixed. Throws SettingsError. */
  reload?: () => Settings;
  /** Has the other replicas do the same. Never throws. */
  tellReplicas: () => Promise<void>;
  /** Changes the file that settings come from; absent where they are fixed. Throws SettingsError. */
  configuration?: ConfigurationFile;
  /** Counts the tokens of a parsed request on this machine. */
  countTokens(body: unknown): Promise<CountTokensAnswer["input_tokens"]>;
}
