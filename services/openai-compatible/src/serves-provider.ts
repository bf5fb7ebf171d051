import type { ProviderSettings } from "@switchyard/service-kit";

import { findQuirks } from "./quirks/index.ts";

/**
 * Which configured providers this process serves: all of the kinds it speaks to, or with `--only <name>`
 * (also `--only=<name>`, several times) those alone.
 *
 * @throws Error for an option that it does not know, or `--only` without a name
 */
export function createServesProvider(args: readonly string[]): (settings: ProviderSettings) => boolean {
  const only = readOnly(args);
  return (settings) => findQuirks(settings) !== undefined && (only.length === 0 || only.includes(settings.name));
}

function readOnly(args: readonly string[]): string[] {
  const names: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const value = arg === "--only" ? args[(index += 1)] : /^--only=(.*)$/.exec(arg)?.[1];
    if (!arg.startsWith("--only") || value === undefined || value === "")
      throw new Error(`Unknown argument ${JSON.stringify(arg)}. Known: --only <name of a provider>.`);
    names.push(value);
  }
  return names;
}
