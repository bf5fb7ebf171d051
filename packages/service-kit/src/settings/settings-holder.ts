import type { Settings, SettingsHolder } from "./settings.ts";

/**
 * Holds the settings that are in force. Requests take `current()` once, at their start, so that a
 * replacement never changes one half of a request. A listener that throws keeps no other from being called.
 */
export function createSettingsHolder(initial: Settings): SettingsHolder {
  const listeners = new Set<(next: Settings, previous: Settings) => void>();
  let current = initial;
  return {
    current: () => current,
    replace(next) {
      if (next.revision === current.revision) return;
      const previous = current;
      current = next;
      const errors: unknown[] = [];
      for (const listener of listeners) {
        try {
          listener(next, previous);
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0)
        throw new AggregateError(errors, "The settings are in force, but not everyone could follow.");
    },
    subscribe(listener) {
      const entry: typeof listener = (next, previous) => listener(next, previous);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
