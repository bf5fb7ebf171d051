import type { Environment } from "./environment.ts";
import type { Files } from "./read-files.ts";
import type { Problems } from "./problems.ts";

/** What every part of the settings is built from. */
export interface BuildContext {
  environment: Environment;
  files: Files;
  problems: Problems;
  /** The one service that this process is: PORT and HOST are then its own. */
  alone?: string;
  demo: boolean;
  /** ms since the epoch, at which the settings are loaded. */
  now: number;
}
