import { randomUUID } from "node:crypto";

import { type Logger, readAnew, type Settings, type SettingsHolder } from "@switchyard/service-kit";
import type { State } from "@switchyard/state";

/** The name under which the last call to read the settings anew is kept. */
export const SETTINGS_SWITCH = "settings-read";

/** Replicas have the settings read anew by all of them when one of them is told to. */
export interface SettingsCall {
  /** The others read theirs within a second. Never throws. */
  call(): Promise<void>;
  /** Follows a call of another replica, by what is known of the fleet. */
  follow(): void;
}

export interface SettingsCallDeps {
  state: Pick<State, "snapshot" | "writeSwitch">;
  settings: SettingsHolder;
  /** Throws SettingsError; absent: the settings are fixed. */
  reload: (() => Settings) | undefined;
  logger: Logger;
}

export function createSettingsCall({ state, settings, reload, logger }: SettingsCallDeps): SettingsCall {
  const latest = (): string | undefined => state.snapshot().switches[SETTINGS_SWITCH];
  // What was called before this start has been read at this start.
  let seen = latest();
  let own: string | undefined;
  return {
    call: async () => {
      own = randomUUID();
      await state.writeSwitch(SETTINGS_SWITCH, own).catch((error: unknown) => {
        logger.warn("the other gateways could not be told to read their settings anew", { error });
      });
    },
    follow: () => {
      const now = latest();
      if (now === undefined || now === seen) return;
      seen = now;
      if (now === own || reload === undefined) return;
      try {
        const next = readAnew(reload);
        settings.replace(next);
        logger.info("settings read anew, as another gateway was told to", { revision: next.revision });
      } catch (error) {
        logger.error("another gateway was told to read its settings anew, and this one could not", { error });
      }
    },
  };
}
