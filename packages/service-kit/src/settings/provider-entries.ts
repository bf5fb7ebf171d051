import type { FileProvider } from "./file-schema.ts";

/** What files say of one provider. */
export interface ProviderEntry extends Omit<FileProvider, "name"> {
  /** Lower case, digits and hyphens: the name in headers, variables and logs. */
  name: string;
  /** Where the entry stands, for problems: "switchyard.yaml: providers[0]". */
  place: string;
  /** Variables that its credential refers to and that are not set. */
  missing?: readonly string[];
  /** Its models' endpoint speaks the Messages API unless a model says otherwise. */
  direct?: boolean;
}

/** "OpenAI (work)" → "openai-work". */
export function providerName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** Entries of one name become one, field by field, the later before the earlier. */
export function mergeEntries(entries: readonly ProviderEntry[]): ProviderEntry[] {
  const merged = new Map<string, ProviderEntry>();
  for (const entry of entries) {
    const { missing: _, ...earlier } = merged.get(entry.name) ?? { missing: undefined };
    const known = merged.get(entry.name);
    const missing = entry.missing ?? (entry.api_key === undefined ? known?.missing : undefined);
    merged.set(entry.name, { ...earlier, ...entry, ...(missing === undefined ? {} : { missing }) });
  }
  return [...merged.values()];
}
