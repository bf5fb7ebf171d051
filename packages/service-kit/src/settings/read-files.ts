import { existsSync } from "node:fs";
import path from "node:path";
import { CONFIGURATION_NAMES } from "./configuration-names.ts";
import { fileSchema } from "./file-schema.ts";
import type { FileSettings } from "./file-schema.ts";
import type { ReadOptions } from "./file-source.ts";
import { checkFileSource, readFileSource } from "./file-source.ts";
import { readModelsFile } from "./legacy-models-file.ts";
import type { ProviderEntry } from "./provider-entries.ts";
import { mergeEntries, providerName } from "./provider-entries.ts";

/** Everything that files say, put together. */
export interface Files {
  settings: Omit<FileSettings, "providers">;
  providers: readonly ProviderEntry[];
  /** The files that were read, as people know them. */
  read: readonly string[];
}

const PROVIDERS_NAMES = ["config/providers.json", "providers.json"];
const MODELS_NAME = "models.yaml";

/** providers.json, then models.yaml, then switchyard.yaml: what a later one says counts. Examples are never read. */
export function readFiles(options: ReadOptions & { configPath?: string }): Files {
  const layers = [readProvidersFile(options), readModels(options), readConfiguration(options)];
  const found = layers.filter((layer) => layer !== undefined);
  return {
    settings: Object.assign({}, ...found.map(({ settings }) => settings)) as Files["settings"],
    providers: mergeEntries(found.flatMap(({ providers }) => providers)),
    read: found.map(({ file }) => file),
  };
}

interface Layer {
  file: string;
  settings: Omit<FileSettings, "providers">;
  providers: readonly ProviderEntry[];
}

function readConfiguration(options: ReadOptions & { configPath?: string }): Layer | undefined {
  const { environment, problems, configPath } = options;
  const named = configPath ?? environment.find("SWITCHYARD_CONFIG")?.value.trim();
  if (named !== undefined) {
    const file = path.resolve(environment.cwd, named);
    if (existsSync(file)) return readLayer(file, false, options);
    problems.add("SWITCHYARD_CONFIG", `there is no file ${named}`, "Name an existing file, or leave it out.");
    return undefined;
  }
  const [first, ...others] = existing(environment.cwd, CONFIGURATION_NAMES);
  if (first === undefined) return undefined;
  if (others.length > 0) {
    problems.warn(
      path.basename(first),
      `is read, ${others.map((file) => path.basename(file)).join(" and ")} not`,
      "Keep one of them.",
    );
  }
  return readLayer(first, false, options);
}

/** The file of the multi-provider proxy that came before; fields that mean nothing here are a warning. */
function readProvidersFile(options: ReadOptions): Layer | undefined {
  const { cwd } = options.environment;
  const [first] = existing(cwd, PROVIDERS_NAMES);
  if (first !== undefined) {
    const layer = readLayer(first, true, options);
    // What its owners are used to where it names no strategy.
    return layer && { ...layer, settings: { fallback_strategy: "priority", ...layer.settings } };
  }
  const [example] = existing(
    cwd,
    PROVIDERS_NAMES.map((name) => name.replace(".json", ".example.json")),
  );
  if (example !== undefined) {
    const shown = path.relative(cwd, example);
    options.problems.warn(shown, "is an example and is not read", `Copy it to ${shown.replace(".example", "")}.`);
  }
  return undefined;
}

function readModels(options: ReadOptions): Layer | undefined {
  const { environment, problems } = options;
  const named = environment.find("CUSTOM_MODELS_FILE");
  const file = path.resolve(environment.cwd, named?.value.trim() ?? MODELS_NAME);
  const source = readFileSource(file, options);
  if (source === undefined) {
    if (named !== undefined && !existsSync(file)) {
      problems.add(named.name, `there is no file ${named.value}`, "Name an existing file, or leave it out.");
    }
    return undefined;
  }
  return { file: source.file, settings: {}, providers: readModelsFile(source, options) };
}

function readLayer(file: string, lenient: boolean, options: ReadOptions): Layer | undefined {
  const source = readFileSource(file, options);
  if (source === undefined) return undefined;
  const checked = checkFileSource(fileSchema, source, { lenient, problems: options.problems });
  if (checked === undefined) return undefined;
  const { providers = [], ...settings } = checked.settings;
  const entries = providers.map((provider, index): ProviderEntry => {
    const missing = checked.missingOf.get(index);
    const place = `${source.file}: providers[${index}]`;
    return { ...provider, name: providerName(provider.name), place, ...(missing === undefined ? {} : { missing }) };
  });
  noteNames(entries, options);
  return { file: source.file, settings, providers: entries };
}

function noteNames(entries: readonly ProviderEntry[], { problems }: ReadOptions): void {
  const places = new Map<string, string>();
  for (const { name, place } of entries) {
    const earlier = places.get(name);
    if (name === "" || name === "gateway")
      problems.add(`${place}.name`, "is not a name for a provider", "Use letters and digits.");
    else if (earlier !== undefined)
      problems.add(`${place}.name`, `"${name}" is the name of ${earlier} too`, "Give each its own.");
    places.set(name, place);
  }
}

function existing(cwd: string, names: readonly string[]): string[] {
  return names.map((name) => path.join(cwd, name)).filter((file) => existsSync(file));
}
