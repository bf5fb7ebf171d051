import { createCatalog, type ProviderKind } from "@switchyard/catalog";
import type { ProviderSettings } from "@switchyard/service-kit";
import type { LiveCase } from "./live-case.ts";
import type { LeftProvider } from "./select-providers.ts";

/** The cases and the providers that they would be run on, without asking anybody. */
export function listCases(
  cases: readonly LiveCase[],
  usable: readonly ProviderSettings[],
  left: readonly LeftProvider[],
): string[] {
  const width = Math.max(...cases.map(({ name }) => name.length));
  return [
    "Cases",
    ...cases.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`),
    "",
    "Providers that would be asked",
    ...(usable.length === 0 ? ["  none"] : usable.map(describeProvider)),
    "",
    "Providers left out",
    ...(left.length === 0 ? ["  none"] : left.map(({ name, reason }) => `  ${name}: ${reason}`)),
  ];
}

function describeProvider({ name, kind, baseUrl, models }: ProviderSettings): string {
  const small = models.small.length > 0 ? models.small : createCatalog().tiersOf(kind satisfies ProviderKind).small;
  return `  ${name} at ${new URL(baseUrl).host}, models such as ${small.slice(0, 3).join(", ") || "its own"}`;
}
