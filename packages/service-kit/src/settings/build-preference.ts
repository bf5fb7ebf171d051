import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { findProvider } from "./find-provider.ts";
import { parseBoolean, parseTextList } from "./parse-values.ts";
import type { PreferenceSettings, ProviderSettings } from "./settings.ts";

/** What is wished for where a request says nothing; PREFERRED_PROVIDER, where nothing else names a provider. */
export function buildPreference(
  providers: readonly ProviderSettings[],
  { environment, files, problems }: BuildContext,
): PreferenceSettings {
  const file = files.settings.gateway?.prefer ?? {};
  const words = environment.read(parseTextList, "SWITCHYARD_PREFER")?.map((word) => word.toLowerCase());
  const named = words?.filter((word) => word !== "fast" && word !== "cheap") ?? [];
  if (named.length > 1) {
    problems.add("SWITCHYARD_PREFER", `names ${named.length} providers`, "Name one of them.");
  }
  const find = (place: string, name: string): string | undefined => {
    const provider = findProvider(providers, name);
    if (provider !== undefined) return provider.name;
    const names = providers.map((other) => other.name).join(", ");
    problems.add(place, `there is no provider "${name}"`, `Name one of: ${names}.`);
    return undefined;
  };
  const [own] = named;
  const general = environment.find("PREFERRED_PROVIDER")?.value;
  return defined({
    fast:
      words === undefined ? (file.fast ?? environment.read(parseBoolean, "PREFER_FASTER_MODELS")) : has(words, "fast"),
    cheap:
      words === undefined
        ? (file.cheap ?? environment.read(parseBoolean, "PREFER_CHEAPER_MODELS"))
        : has(words, "cheap"),
    provider:
      own !== undefined
        ? find("SWITCHYARD_PREFER", own)
        : words === undefined && file.provider !== undefined
          ? find("gateway.prefer.provider", file.provider)
          : // Whether there is such a provider was asked when it was put first.
            general === undefined
            ? undefined
            : findProvider(providers, general)?.name,
  });
}

function has(words: readonly string[], word: string): true | undefined {
  return words.includes(word) ? true : undefined;
}
